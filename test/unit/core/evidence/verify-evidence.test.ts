import { expect } from 'chai'
import {
  attestationKey,
  defaultSelection,
  EvidenceError,
  verifyEvidence,
  type EvidenceProblem,
  type Expectation,
  type UntrustedEvidence,
} from '../../../../core/evidence/index.ts'
import { EV, writeUserspaceLog, type PcrBanks, type UserspaceRecord } from '../../../../core/eventlog/index.ts'
import {
  ALG,
  akTemplate,
  digest,
  encode,
  selectPcrs,
  ST,
  type TPMA_OBJECT,
  TPMT_PUBLIC,
} from '../../../../core/tpm/index.ts'
import { Attester, binding, type QuoteChanges } from '../../../../agent/boot/simulate/attester.ts'
import { alteredRequest, event, recordedRequest } from '../../../fakes/attester-request.ts'
import { bootNames } from '../../../vectors/vectors.ts'

const attester = new Attester()
const stranger = new Attester()
const core = recordedRequest('uki-secureboot')
const ascii = (text: string) => new TextEncoder().encode(text)

function problemOf(
  evidence: UntrustedEvidence,
  expectation: Expectation = attester.expectation(),
): EvidenceProblem | undefined {
  try {
    verifyEvidence(expectation, evidence)
    return undefined
  } catch (error) {
    if (error instanceof EvidenceError) return error.problem
    throw error
  }
}

const withPcr = (pcrs: PcrBanks, pcr: number, value: Uint8Array | undefined): PcrBanks => {
  const bank = new Map(pcrs.get(ALG.sha256))
  if (value === undefined) bank.delete(pcr)
  else bank.set(pcr, value)
  return new Map([...pcrs, [ALG.sha256, bank]])
}
const record = (pcr: number, measured: Uint8Array): UserspaceRecord => ({
  index: 0,
  pcr,
  digests: new Map([[ALG.sha256, digest(ALG.sha256, measured)]]),
  untrustedContentType: 'phase',
  untrustedContent: {},
})
const extend = (value: Uint8Array, measured: Uint8Array) => digest(ALG.sha256, value, digest(ALG.sha256, measured))
const pcrOf = (pcr: number) => core.pcrs.get(ALG.sha256)!.get(pcr)!

describe('verifyEvidence', () => {
  for (const boot of bootNames)
    it(`accepts the recorded boot ${boot}`, () => {
      const verified = verifyEvidence(attester.expectation(), attester.attest(recordedRequest(boot)))
      expect([...verified.log.unexplained]).to.deep.equal([])
      expect(verified.boot.unknown).to.deep.equal([])
      expect([...verified.pcrs.banks.keys()]).to.deep.equal([ALG.sha256])
      expect([...(verified.pcrs.banks.get(ALG.sha256)?.keys() ?? [])]).to.deep.equal(defaultSelection[0]?.pcrs)
    })

  for (const kind of ['ecdsa', 'rsassa', 'rsapss'] as const)
    for (const hash of [ALG.sha256, ALG.sha384])
      it(`accepts a quote by ${kind} with hash 0x${hash.toString(16)}, whatever the hash of the banks`, () => {
        const other = new Attester(kind, hash)
        expect(problemOf(other.attest(core), other.expectation())).to.equal(undefined)
      })

  it('hands on digests and values of quoted banks and PCRs only', () => {
    const ofUnquoted = alteredRequest('uki-secureboot', (events) => [
      ...events,
      event(10, EV.IPL, ascii('boot_aggregate')),
    ])
    const verified = verifyEvidence(attester.expectation(), attester.attest(ofUnquoted))
    for (const { digests, pcr } of verified.log.events) {
      expect([...digests.keys()]).to.deep.equal([ALG.sha256])
      expect(pcr).not.to.equal(10)
    }
  })

  const badQuotes: readonly { name: string; changes: QuoteChanges; problem: EvidenceProblem }[] = [
    {
      name: 'is for another challenge',
      changes: { binding: { challenge: new Uint8Array(64) } },
      problem: 'extra-data',
    },
    { name: 'is for another server', changes: { binding: { serverId: new Uint8Array(32) } }, problem: 'extra-data' },
    { name: 'is for another machine', changes: { binding: { machineId: new Uint8Array(16) } }, problem: 'extra-data' },
    { name: 'is for another boot', changes: { binding: { bootId: new Uint8Array(16) } }, problem: 'extra-data' },
    {
      name: 'is for another connection',
      changes: { binding: { clientSpkiSha256: new Uint8Array(32) } },
      problem: 'extra-data',
    },
    {
      name: 'is for another answer key',
      changes: { binding: { oneTimePublicKey: new Uint8Array(65) } },
      problem: 'extra-data',
    },
    {
      name: 'has the challenge itself as extraData',
      changes: { attest: (attest) => ({ ...attest, extraData: binding.challenge }) },
      problem: 'extra-data',
    },
    {
      name: 'has no extraData',
      changes: { attest: (attest) => ({ ...attest, extraData: new Uint8Array(0) }) },
      problem: 'extra-data',
    },
    {
      name: 'does not come from inside a TPM',
      changes: { attestBytes: (bytes) => bytes.map((byte, at) => (at === 0 ? 0 : byte)) },
      problem: 'attest-magic',
    },
    {
      name: 'is no quote but a certification',
      changes: {
        attest: (attest) => ({
          ...attest,
          type: ST.attestCertify,
          attested: { name: new Uint8Array(34), qualifiedName: new Uint8Array(34) },
        }),
      },
      problem: 'attest-type',
    },
    {
      name: 'has bytes behind it',
      changes: { attestBytes: (bytes) => Uint8Array.of(...bytes, 0) },
      problem: 'attest-malformed',
    },
    { name: 'is cut off', changes: { attestBytes: (bytes) => bytes.slice(0, -1) }, problem: 'attest-malformed' },
    { name: 'is empty', changes: { attestBytes: () => new Uint8Array(0) }, problem: 'attest-malformed' },
    {
      name: 'names another signer',
      changes: { attest: (attest) => ({ ...attest, qualifiedSigner: stranger.key.qualifiedNameInEndorsement }) },
      problem: 'signer',
    },
    {
      name: 'leaves out a PCR',
      changes: { selection: [{ hash: ALG.sha256, pcrs: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14] }] },
      problem: 'selection',
    },
    {
      name: 'has one PCR more',
      changes: { selection: [{ hash: ALG.sha256, pcrs: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] }] },
      problem: 'selection',
    },
    {
      name: 'is of another bank',
      changes: { selection: [{ hash: ALG.sha1, pcrs: defaultSelection[0]!.pcrs }] },
      problem: 'selection',
    },
    {
      name: 'has a bank more',
      changes: { selection: [...defaultSelection, { hash: ALG.sha1, pcrs: [0] }] },
      problem: 'selection',
    },
    { name: 'is of no bank', changes: { selection: [] }, problem: 'selection' },
    {
      name: 'names the same bank twice',
      changes: {
        attest: (attest) => ({
          ...attest,
          attested: { ...attest.attested, pcrSelect: [selectPcrs(ALG.sha256, [0]), selectPcrs(ALG.sha256, [1])] },
        }),
      },
      problem: 'selection',
    },
    {
      name: 'is of other values',
      changes: { attest: (attest) => ({ ...attest, attested: { ...attest.attested, pcrDigest: new Uint8Array(32) } }) },
      problem: 'pcr-digest',
    },
    {
      name: 'is signed with another scheme',
      changes: { signature: (signature) => ({ ...signature, sigAlg: ALG.ecschnorr }) as typeof signature },
      problem: 'signature-scheme',
    },
    {
      name: 'is signed with SHA-1, as it says',
      changes: { signature: (signature) => ({ ...signature, hash: ALG.sha1 }) as typeof signature },
      problem: 'signature-scheme',
    },
    {
      name: 'is not signed at all, as it says',
      changes: { signature: () => ({ sigAlg: ALG.null }) },
      problem: 'signature-scheme',
    },
    {
      name: 'has a signature of zeros',
      changes: {
        signature: (signature) =>
          ({ ...signature, signatureR: new Uint8Array(32), signatureS: new Uint8Array(32) }) as typeof signature,
      },
      problem: 'signature',
    },
    {
      name: 'has an r that is longer than the order',
      changes: {
        signature: (signature) =>
          signature.sigAlg === ALG.ecdsa
            ? { ...signature, signatureR: Uint8Array.of(1, ...signature.signatureR) }
            : signature,
      },
      problem: 'signature-malformed',
    },
  ]
  for (const { name, changes, problem } of badQuotes)
    it(`refuses a quote that ${name}: ${problem}`, () => {
      expect(problemOf(attester.attest(core, changes))).to.equal(problem)
    })

  it('refuses a quote by another key', () => {
    expect(problemOf(stranger.attest(core))).to.equal('signature')
  })
  it('refuses bytes behind the signature', () => {
    const evidence = attester.attest(core)
    expect(problemOf({ ...evidence, signature: Uint8Array.of(...evidence.signature, 0) })).to.equal(
      'signature-malformed',
    )
  })
  it('refuses another request under the same quote', () => {
    const [evidence, other] = [attester.attest(core), attester.attest({ ...core, stateGeneration: 2 })]
    expect(problemOf({ ...evidence, core: other.core })).to.equal('extra-data')
  })
  it('refuses a request that is none, although it was quoted', () => {
    const evidence = attester.attest(core, { attest: (attest) => attest })
    expect(problemOf({ ...evidence, core: evidence.core.slice(1) })).to.equal('extra-data')
  })

  it('refuses a value that is missing, short or not what was quoted', () => {
    const values = (pcrs: PcrBanks) => attester.attest({ ...core, pcrs }, { attest: (attest) => attest })
    expect(problemOf(values(withPcr(core.pcrs, 14, undefined)))).to.equal('pcr-missing')
    expect(problemOf(values(withPcr(core.pcrs, 14, new Uint8Array(31))))).to.equal('pcr-missing')
    const honest = attester.attest(core)
    const changed = attester.attest(
      { ...core, pcrs: withPcr(core.pcrs, 14, new Uint8Array(32).fill(1)) },
      { attest: (attest) => ({ ...attest, attested: quoteInfo(honest) }) },
    )
    expect(problemOf(changed)).to.equal('pcr-digest')
  })

  it('refuses logs that do not lead to a quoted value', () => {
    for (const pcr of [0, 4, 7, 8, 9, 13, 14]) {
      const pcrs = withPcr(core.pcrs, pcr, new Uint8Array(32).fill(1))
      expect(problemOf(attester.attest({ ...core, pcrs })), `PCR ${pcr}`).to.equal('pcr-replay')
    }
  })
  it('lets PCR 11, 12 and 15 stay unexplained, and then believes no event of them', () => {
    for (const pcr of [11, 12, 15]) {
      const pcrs = withPcr(core.pcrs, pcr, new Uint8Array(32).fill(1))
      const verified = verifyEvidence(attester.expectation(), attester.attest({ ...core, pcrs }))
      expect([...verified.log.unexplained]).to.deep.equal([pcr])
      expect(verified.log.events.filter((one) => one.pcr === pcr)).to.deep.equal([])
    }
  })
  it('takes the userspace log behind the firmware log', () => {
    const phase = ascii('enter-initrd')
    const pcrs = withPcr(core.pcrs, 11, extend(pcrOf(11), phase))
    const userspaceLog = writeUserspaceLog([record(11, phase)])
    const verified = verifyEvidence(attester.expectation(), attester.attest({ ...core, pcrs, userspaceLog }))
    expect([...verified.log.unexplained]).to.deep.equal([])
    expect(verified.boot.phases.map(({ phase: name }) => name)).to.deep.equal(['enter-initrd'])
  })
  it('refuses a userspace log that speaks of PCRs of the firmware', () => {
    const pcrs = withPcr(core.pcrs, 7, extend(pcrOf(7), ascii('x')))
    const userspaceLog = writeUserspaceLog([record(7, ascii('x'))])
    expect(problemOf(attester.attest({ ...core, pcrs, userspaceLog }))).to.equal('userspace-log-malformed')
  })
  it('refuses logs that are malformed, cut off, empty or without the quoted bank', () => {
    const log = (eventLog: Uint8Array) => attester.attest({ ...core, eventLog })
    expect(problemOf(log(core.eventLog.slice(0, -1)))).to.equal('event-log-malformed')
    expect(problemOf(log(Uint8Array.of(...core.eventLog, 0)))).to.equal('event-log-malformed')
    expect(problemOf(log(new Uint8Array(0)))).to.equal('event-log-malformed')
    expect(problemOf(attester.attest({ ...core, userspaceLog: ascii('{}') }))).to.equal('userspace-log-malformed')
    const onlySha1 = alteredRequest('uki', (events) =>
      events.map((one) => ({ ...one, digests: new Map([[ALG.sha1, one.digests.get(ALG.sha1)!]]) })),
    )
    expect(problemOf(attester.attest({ ...onlySha1, pcrs: core.pcrs }))).to.equal('log-bank')
  })
  it('refuses a log from which an event was left out, moved or relabelled as one that extends nothing', () => {
    const edits: Readonly<Record<string, Parameters<typeof alteredRequest>[1]>> = {
      'left out': (events) => events.filter(({ index }) => index !== 24),
      moved: (events) => [...events.filter(({ index }) => index !== 25), ...events.filter(({ index }) => index === 25)],
      relabelled: (events) => events.map((one) => (one.index === 24 ? { ...one, untrustedType: EV.NO_ACTION } : one)),
    }
    for (const [name, edit] of Object.entries(edits)) {
      const altered = alteredRequest('uki-secureboot', edit)
      const problem = problemOf(attester.attest({ ...altered, pcrs: core.pcrs }))
      if (name === 'moved') expect(verifiesUnexplained(altered.eventLog), name).to.deep.equal([11])
      else expect(problem, name).to.equal('pcr-replay')
    }
  })

  const verifiesUnexplained = (eventLog: Uint8Array) => [
    ...verifyEvidence(attester.expectation(), attester.attest({ ...core, eventLog })).log.unexplained,
  ]

  describe('clock', () => {
    const last = { clock: 5000n, resetCount: 7, restartCount: 2, safe: 1 }
    const judge = (now: QuoteChanges['clockInfo']) =>
      problemOf(attester.attest(core, { clockInfo: { ...last, ...now } }), attester.expectation({ lastClock: last }))
    const onwards = [{}, { clock: 6000n }, { restartCount: 3 }, { resetCount: 8, restartCount: 0, clock: 10n }]
    const back = [
      { resetCount: 6 },
      { resetCount: 6, restartCount: 9 },
      { restartCount: 1 },
      { clock: 4999n },
      { resetCount: 0, restartCount: 1 },
      { resetCount: 0, restartCount: 0, clock: 6000n },
    ]
    for (const now of onwards)
      it(`accepts ${show(now)} after ${show(last)}`, () => expect(judge(now)).to.equal(undefined))
    for (const now of back) it(`refuses ${show(now)} after ${show(last)}`, () => expect(judge(now)).to.equal('clock'))
    it('accepts a clock that was set back while it says that it is not safe', () => {
      expect(judge({ clock: 4000n, safe: 0 })).to.equal(undefined)
    })
    it('tells a TPM that was cleared', () => {
      const clockInfo = { clock: 3n, resetCount: 0, restartCount: 0, safe: 1 }
      const verified = verifyEvidence(attester.expectation({ lastClock: last }), attester.attest(core, { clockInfo }))
      expect(verified.isCleared).to.equal(true)
    })
  })
})

describe('attestationKey', () => {
  const point = { x: new Uint8Array(32), y: new Uint8Array(32) }
  const publicOf = (change: Partial<TPMT_PUBLIC>) =>
    encode(TPMT_PUBLIC, { ...akTemplate, unique: point, ...change } as TPMT_PUBLIC)
  const attributes = (change: Partial<TPMA_OBJECT>) =>
    publicOf({ objectAttributes: { ...akTemplate.objectAttributes, ...change } })
  const scheme = (scheme: number, hashAlg: number) =>
    publicOf({ parameters: { ...akTemplate.parameters, scheme: { scheme, hashAlg } } } as Partial<TPMT_PUBLIC>)
  const bad: readonly { name: string; bytes: Uint8Array; problem: EvidenceProblem }[] = [
    { name: 'that may leave its TPM', bytes: attributes({ fixedTPM: false }), problem: 'ak-attributes' },
    { name: 'that may change its parent', bytes: attributes({ fixedParent: false }), problem: 'ak-attributes' },
    { name: 'that was made elsewhere', bytes: attributes({ sensitiveDataOrigin: false }), problem: 'ak-attributes' },
    { name: 'that signs anything', bytes: attributes({ restricted: false }), problem: 'ak-attributes' },
    { name: 'that does not sign', bytes: attributes({ sign: false }), problem: 'ak-attributes' },
    { name: 'that decrypts', bytes: attributes({ decrypt: true }), problem: 'ak-attributes' },
    {
      name: 'without a scheme',
      bytes: publicOf({
        parameters: { ...akTemplate.parameters, scheme: { scheme: ALG.null } },
      }),
      problem: 'ak-scheme',
    },
    { name: 'with SHA-1', bytes: scheme(ALG.ecdsa, ALG.sha1), problem: 'ak-scheme' },
    { name: 'with a name by SHA-1', bytes: publicOf({ nameAlg: ALG.sha1 }), problem: 'ak-scheme' },
    { name: 'with a scheme for something else', bytes: scheme(ALG.ecdh, ALG.sha256), problem: 'ak-scheme' },
    { name: 'off its curve', bytes: publicOf({}), problem: 'ak-malformed' },
    { name: 'with bytes behind it', bytes: Uint8Array.of(...attester.publicBytes, 0), problem: 'ak-malformed' },
    { name: 'of RSA 1024', bytes: rsaPublic(1024), problem: 'ak-strength' },
  ]
  for (const { name, bytes, problem } of bad)
    it(`refuses a key ${name}: ${problem}`, () => {
      expect(() => attestationKey(bytes))
        .to.throw(EvidenceError)
        .with.property('problem', problem)
    })
  it('computes the name itself', () => {
    expect(attester.key.name).to.deep.equal(Uint8Array.of(0, 0x0b, ...digest(ALG.sha256, attester.publicBytes)))
  })
})

function rsaPublic(keyBits: number): Uint8Array {
  const parameters = {
    symmetric: { algorithm: ALG.null },
    scheme: { scheme: ALG.rsassa, hashAlg: ALG.sha256 },
    keyBits,
    exponent: 0,
  }
  return encode(TPMT_PUBLIC, {
    ...akTemplate,
    type: ALG.rsa,
    parameters,
    unique: new Uint8Array(keyBits / 8).fill(0xff),
  })
}

function quoteInfo({ attest }: UntrustedEvidence): {
  pcrSelect: ReturnType<typeof selectPcrs>[]
  pcrDigest: Uint8Array
} {
  return { pcrSelect: defaultSelection.map(({ hash, pcrs }) => selectPcrs(hash, pcrs)), pcrDigest: attest.slice(-32) }
}

function show(clock: object): string {
  return JSON.stringify(clock, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))
}
