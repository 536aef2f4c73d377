import { expect } from 'chai'
import { createHash } from 'node:crypto'
import { fromHex, toHex } from '../../../../core/bytes/index.ts'
import {
  ALG,
  authorizeNvStep,
  authorizeStep,
  authValueStep,
  CC,
  commandCodeStep,
  counterTimerStep,
  cpHashStep,
  digest,
  duplicationSelectStep,
  handleName,
  localityStep,
  nameHashStep,
  nvStep,
  nvWrittenStep,
  orStep,
  pcrStep,
  physicalPresenceStep,
  policyDigest,
  RH,
  secretStep,
  selectPcrs,
  signedStep,
  templateStep,
  type PolicyStep,
} from '../../../../core/tpm/index.ts'

/** What tpm2_createpolicy and the tools' trial sessions print for the same assertions. */
const vectors = [
  { name: 'nothing', steps: [], sha256: '00'.repeat(32) },
  {
    name: 'PolicySecret(endorsement), of the EK templates',
    steps: [secretStep(handleName(RH.endorsement))],
    sha256: '837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa',
  },
  {
    name: 'PolicyAuthValue',
    steps: [authValueStep],
    sha256: '8fcd2169ab92694e0c633f1ab772842b8241bbc20288981fc7ac1eddc1fddb0e',
  },
  {
    name: 'PolicySecret(owner)',
    steps: [secretStep(handleName(RH.owner))],
    sha256: '0d84f55daf6e43ac97966e62c9bb989d3397777d25c5f749868055d65394f952',
  },
]

describe('policyDigest', () => {
  for (const { name, steps, sha256 } of vectors) {
    it(`of ${name}`, () => {
      expect(toHex(policyDigest(ALG.sha256, ...steps))).to.equal(sha256)
    })
  }
  it('is of the size of its hash', () => {
    for (const [hash, size] of [
      [ALG.sha1, 20],
      [ALG.sha384, 48],
      [ALG.sha512, 64],
    ] as const) {
      expect(policyDigest(hash, authValueStep)).to.have.length(size)
    }
  })
  it('is one chain: each step depends on all before', () => {
    const code = commandCodeStep(CC.Unseal)
    const pcr = pcrStep([selectPcrs(ALG.sha256, [7])], digest(ALG.sha256, new Uint8Array(32)))
    expect(policyDigest(ALG.sha256, code, pcr)).to.not.deep.equal(policyDigest(ALG.sha256, pcr, code))
    expect(policyDigest(ALG.sha256, localityStep(1))).to.not.deep.equal(policyDigest(ALG.sha256, localityStep(2)))
    const timer = (operation: number) => policyDigest(ALG.sha256, counterTimerStep(new Uint8Array(4), 8, operation))
    expect(timer(0)).to.not.deep.equal(timer(1))
  })
  it('forgets what was before an OR or an authorization', () => {
    const or = orStep([new Uint8Array(32), new Uint8Array(32).fill(1)])
    expect(policyDigest(ALG.sha256, authValueStep, or)).to.deep.equal(policyDigest(ALG.sha256, or))
    const authorize = authorizeStep(Uint8Array.of(0, 11))
    expect(policyDigest(ALG.sha256, authValueStep, authorize)).to.deep.equal(policyDigest(ALG.sha256, authorize))
  })
})

const sha256 = (hex: string) => createHash('sha256').update(fromHex(hex)).digest('hex')
const [old, zero] = ['0d'.repeat(32), '00'.repeat(32)]
const [name, reference] = [fromHex('000b11'), fromHex('2222')]

/** Each step as Part 3, 23 writes it down. */
const rows: readonly { readonly assertion: string; readonly step: () => PolicyStep; readonly expected: string }[] = [
  {
    assertion: 'PolicyPCR',
    step: () => pcrStep([selectPcrs(ALG.sha256, [0, 9])], fromHex('dd')),
    expected: sha256(old + '0000017f' + '00000001000b03010200' + 'dd'),
  },
  {
    assertion: 'PolicySigned',
    step: () => signedStep(name, reference),
    expected: sha256(sha256(old + '00000160' + '000b11') + '2222'),
  },
  {
    assertion: 'PolicySigned without a reference',
    step: () => signedStep(name),
    expected: sha256(sha256(old + '00000160' + '000b11')),
  },
  {
    assertion: 'PolicySecret',
    step: () => secretStep(name, reference),
    expected: sha256(sha256(old + '00000151' + '000b11') + '2222'),
  },
  {
    assertion: 'PolicySecret without a reference',
    step: () => secretStep(name),
    expected: sha256(sha256(old + '00000151' + '000b11')),
  },
  {
    assertion: 'PolicyAuthorize',
    step: () => authorizeStep(name, reference),
    expected: sha256(sha256(zero + '0000016a' + '000b11') + '2222'),
  },
  {
    assertion: 'PolicyAuthorize without a reference',
    step: () => authorizeStep(name),
    expected: sha256(sha256(zero + '0000016a' + '000b11')),
  },
  { assertion: 'PolicyAuthorizeNV', step: () => authorizeNvStep(name), expected: sha256(zero + '00000192' + '000b11') },
  { assertion: 'PolicyAuthValue', step: () => authValueStep, expected: sha256(old + '0000016b') },
  {
    assertion: 'PolicyCommandCode',
    step: () => commandCodeStep(0x01020304),
    expected: sha256(old + '0000016c' + '01020304'),
  },
  {
    assertion: 'PolicyOR',
    step: () => orStep([fromHex('aa'), fromHex('bb')]),
    expected: sha256(zero + '00000171' + 'aa' + 'bb'),
  },
  { assertion: 'PolicyLocality', step: () => localityStep(0x1f), expected: sha256(old + '0000016f' + '1f') },
  {
    assertion: 'PolicyNV',
    step: () => nvStep(name, fromHex('0102'), 0x0304, 0x0506),
    expected: sha256(old + '00000149' + sha256('0102' + '0304' + '0506') + '000b11'),
  },
  {
    assertion: 'PolicyCounterTimer',
    step: () => counterTimerStep(fromHex('0102'), 0x0304, 0x0506),
    expected: sha256(old + '0000016d' + sha256('0102' + '0304' + '0506')),
  },
  { assertion: 'PolicyPhysicalPresence', step: () => physicalPresenceStep, expected: sha256(old + '00000187') },
  { assertion: 'PolicyCpHash', step: () => cpHashStep(fromHex('cc')), expected: sha256(old + '0000016e' + 'cc') },
  { assertion: 'PolicyNameHash', step: () => nameHashStep(fromHex('cc')), expected: sha256(old + '00000170' + 'cc') },
  {
    assertion: 'PolicyDuplicationSelect of any object',
    step: () => duplicationSelectStep(undefined, name),
    expected: sha256(old + '00000188' + '000b11' + '00'),
  },
  {
    assertion: 'PolicyDuplicationSelect of one object',
    step: () => duplicationSelectStep(fromHex('000b33'), name),
    expected: sha256(old + '00000188' + '000b33' + '000b11' + '01'),
  },
  { assertion: 'PolicyNvWritten', step: () => nvWrittenStep(true), expected: sha256(old + '0000018f' + '01') },
  { assertion: 'PolicyNvWritten of none', step: () => nvWrittenStep(false), expected: sha256(old + '0000018f' + '00') },
  { assertion: 'PolicyTemplate', step: () => templateStep(fromHex('cc')), expected: sha256(old + '00000190' + 'cc') },
]

describe('a policy step', () => {
  for (const { assertion, step, expected } of rows)
    it(`extends by ${assertion}`, () => {
      expect(toHex(step()(ALG.sha256, fromHex(old)))).to.equal(expected)
    })
  it('is of the hash of its policy in every digest it makes', () => {
    const sha1 = (hex: string) => createHash('sha1').update(fromHex(hex)).digest('hex')
    const before = '0d'.repeat(20)
    const made = [nvStep(name, reference, 1, 2), authorizeStep(name, reference), orStep([name])].map((step) =>
      toHex(step(ALG.sha1, fromHex(before))),
    )
    expect(made).to.deep.equal([
      sha1(before + '00000149' + sha1('2222' + '0001' + '0002') + '000b11'),
      sha1(sha1('00'.repeat(20) + '0000016a' + '000b11') + '2222'),
      sha1('00'.repeat(20) + '00000171' + '000b11'),
    ])
  })
})
