import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import {
  ALG,
  authorizeStep,
  authValueStep,
  CC,
  commandCodeStep,
  counterTimerStep,
  digest,
  handleName,
  localityStep,
  orStep,
  pcrStep,
  policyDigest,
  RH,
  secretStep,
  selectPcrs,
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
