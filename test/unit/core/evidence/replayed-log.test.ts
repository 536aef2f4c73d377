import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import {
  defaultSelection,
  EvidenceError,
  verifyEvidence,
  type PcrSelection,
  type RequestCore,
  type VerifiedEvidence,
} from '../../../../core/evidence/index.ts'
import {
  EV,
  type Event,
  type UserspaceRecord,
  writeEventLog,
  writeUserspaceLog,
} from '../../../../core/eventlog/index.ts'
import { ALG, digest } from '../../../../core/tpm/index.ts'
import { Attester } from '../../../../agent/boot/simulate/attester.ts'
import { digestsOf, pcrsOf, simulate } from '../../../../agent/boot/simulate/simulated-boot.ts'
import { event, said, separator, verifiedBoot, writtenLog } from '../../../fakes/written-boot.ts'

const attester = new Attester()
const ascii = (text: string) => new TextEncoder().encode(text)
const record = (pcr: number, measured: string): UserspaceRecord => ({
  index: 0,
  pcr,
  digests: digestsOf(ascii(measured)),
  untrustedContentType: 'systemd',
  untrustedContent: { string: measured },
})

/** What the verifier makes of events that were measured, and of a log that may say something else. */
function told(
  measured: Parameters<typeof writtenLog>[0],
  {
    claimed = measured,
    userspace = [],
    ran = userspace,
    selection = defaultSelection,
  }: {
    claimed?: Parameters<typeof writtenLog>[0]
    userspace?: readonly UserspaceRecord[]
    ran?: readonly UserspaceRecord[]
    selection?: PcrSelection
  } = {},
): VerifiedEvidence {
  const core: RequestCore = {
    stateGeneration: 1,
    pcrs: pcrsOf({ ...simulate(writtenLog(measured)), userspace: ran }),
    eventLog: writeEventLog(writtenLog(claimed)),
    userspaceLog: writeUserspaceLog(userspace),
    volumes: [],
  }
  return verifyEvidence(attester.expectation({ selection }), attester.attest(core, { selection }))
}

function errorOf(work: () => unknown): EvidenceError {
  try {
    work()
  } catch (error) {
    if (error instanceof EvidenceError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('replayed logs', () => {
  const events = [said(0, 'firmware'), separator(0), said(9, 'kernel'), said(11, 'section'), said(12, 'words')]

  it('vouch for no digest of the userspace log in a bank that was not quoted', () => {
    const ran = [record(11, 'evil kernel')]
    const userspace = ran.map((one) => ({
      ...one,
      digests: new Map([...one.digests, [ALG.sha384, digest(ALG.sha384, ascii('good kernel'))]]),
    }))
    const [measured] = told([said(0, 'firmware')], { userspace, ran }).log.eventsByPcr.get(11) ?? []
    expect(measured?.digests).to.have.all.keys(ALG.sha256)
  })

  it('name every PCR that they do not lead to, in order', () => {
    const claimed = events.map((one) => (one.pcr < 10 ? said(one.pcr, 'lie') : one))
    expect(errorOf(() => told([...events, said(3, 'x'), said(1, 'y')], { claimed }))).to.include({
      problem: 'pcr-replay',
      detail: 'PCR 0, 1, 3, 9',
    })
  })

  it('name the event that lacks a digest of a quoted bank', () => {
    const [first, ...others] = events
    const lacking = { ...first!, digests: new Map([[ALG.sha1, digest(ALG.sha1, ascii('firmware'))]]) }
    expect(errorOf(() => told(events, { claimed: [...others, lacking] }))).to.include({
      problem: 'log-bank',
      detail: 'event 5 has no sha256 digest',
    })
  })

  it('hand on the events of PCRs that they explain, each in its order', () => {
    const { log } = told(events)
    expect(log.events.map(({ index }) => index)).to.deep.equal([1, 2, 3, 4, 5])
    expect([...log.eventsByPcr].map(([pcr, of]) => [pcr, of.map(({ index }) => index)])).to.deep.equal([
      [0, [1, 2]],
      [9, [3]],
      [11, [4]],
      [12, [5]],
    ])
    expect(new Set(log.events.map((one) => one.log))).to.deep.equal(new Set(['firmware']))
  })

  it('drop all events of a PCR that they do not explain, and keep the others', () => {
    const { log } = told(events, { claimed: events.map((one) => (one.pcr === 12 ? said(12, 'lie') : one)) })
    expect([...log.unexplained]).to.deep.equal([12])
    expect(log.events.map(({ pcr }) => pcr)).to.deep.equal([0, 0, 9, 11])
    expect([...log.eventsByPcr.keys()]).to.deep.equal([0, 9, 11])
  })

  it('of the running system say what it says of itself, as a claim', () => {
    const { log } = told(events, { userspace: [record(11, 'enter-initrd')] })
    const last = log.events.at(-1)
    expect(last).to.include({ log: 'userspace', index: 0, pcr: 11, untrustedType: EV.IPL })
    expect(JSON.parse(new TextDecoder().decode(last?.untrustedData))).to.deep.equal({
      type: 'systemd',
      content: { string: 'enter-initrd' },
    })
  })

  it('of the running system may speak of PCR 8 and above, and of none below', () => {
    expect(told(events, { userspace: [record(8, 'x')] }).log.eventsByPcr.get(8)).to.have.length(1)
    expect(errorOf(() => told(events, { userspace: [record(9, 'ok'), record(7, 'x')] }))).to.include({
      problem: 'userspace-log-malformed',
      detail: 'record 1 is of PCR 7',
    })
  })

  it('are no shelter for what the running system did not write down', () => {
    expect(errorOf(() => told(events, { ran: [record(9, 'x')] })).detail).to.equal('PCR 9')
  })

  it("with a content too deep to be anybody's are refused", () => {
    const deep = `\u001e{"pcr":11,"digests":[{"hashAlg":"sha256","digest":"${'00'.repeat(32)}"}],"content":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}\n`
    const core: RequestCore = {
      stateGeneration: 1,
      pcrs: pcrsOf(simulate(writtenLog(events))),
      eventLog: writeEventLog(writtenLog(events)),
      userspaceLog: ascii(deep),
      volumes: [],
    }
    const untrusted = attester.attest(core)
    expect(errorOf(() => verifyEvidence(attester.expectation(), untrusted)).problem).to.equal('userspace-log-malformed')
  })
})

describe('a log without the last words of the firmware', () => {
  const said5 = (text: string) => said(5, text, EV.EFI_ACTION)
  const [invoked, succeeded, failed] = [
    'Exit Boot Services Invocation',
    'Exit Boot Services Returned with Success',
    'Exit Boot Services Returned with Failure',
  ].map(said5) as [Event, Event, Event]
  const claimed = [
    said(0, 'firmware', EV.S_CRTM_VERSION),
    separator(5),
    said(5, 'table', EV.EFI_GPT_EVENT),
    said(9, 'kernel'),
  ]

  for (const [name, words] of [
    ['left at once', [invoked, succeeded]],
    ['failed to leave', [invoked, failed]],
    ['left at the second attempt', [invoked, failed, invoked, succeeded]],
    ['left at the second attempt, said once', [invoked, failed, succeeded]],
  ] as const)
    it(`is believed where the loader ${name}, and the PCR shows it`, () => {
      const selection = [ALG.sha256, ALG.sha384].map((hash) => ({ hash, pcrs: [0, 5, 9] }))
      const { log, boot } = told([...claimed, ...words], { claimed, selection })
      expect([...log.unexplained]).to.deep.equal([])
      expect(log.eventsByPcr.get(5)?.map((one) => [one.log, one.index])).to.deep.equal([
        ['firmware', 2],
        ['firmware', 3],
        ...words.map((_, at) => ['implied', 4 + at]),
      ])
      expect(boot.unknown).to.deep.equal([])
    })

  it('is refused where anything else was measured there', () => {
    for (const words of [
      [invoked],
      [succeeded],
      [said5('bootkit'), invoked, succeeded],
      [invoked, succeeded, said5('x')],
    ])
      expect(errorOf(() => told([...claimed, ...words], { claimed })).detail).to.equal('PCR 5')
  })
  it('is not completed where the words stand in it, or in one bank only', () => {
    const whole = [...claimed, invoked, succeeded]
    expect(told(whole).log.events.every(({ log }) => log === 'firmware')).to.equal(true)
    const lied = {
      ...succeeded,
      digests: new Map([...succeeded.digests, [ALG.sha384, digest(ALG.sha384, ascii('x'))]]),
    }
    const selection = [ALG.sha256, ALG.sha384].map((hash) => ({ hash, pcrs: [0, 5, 9] }))
    expect(errorOf(() => told([...claimed, invoked, lied], { claimed, selection })).detail).to.equal('PCR 5')
  })
  it('is completed in PCR 5 and no other', () => {
    const elsewhere = [said(4, 'Exit Boot Services Invocation'), said(4, 'Exit Boot Services Returned with Success')]
    expect(errorOf(() => told([...claimed, ...elsewhere], { claimed })).detail).to.equal('PCR 4')
  })
})

describe('digests of several banks', () => {
  const events = [said(0, 'firmware'), said(4, 'image'), said(7, 'authority')]
  const digestNames = (pcrs256: readonly number[], pcrs384: readonly number[]) =>
    verifiedBoot(events, [
      { hash: ALG.sha256, pcrs: pcrs256 },
      { hash: ALG.sha384, pcrs: pcrs384 },
    ]).log.events.map(({ pcr, digests }) => `${pcr}: ${[...digests.keys()].map((hash) => hash.toString(16)).join()}`)

  it('are all believed where the banks were quoted alike', () => {
    expect(digestNames([0, 4, 7], [0, 4, 7])).to.deep.equal(['0: b,c', '4: b,c', '7: b,c'])
  })
  it('are believed by PCR where they were not: nothing vouches for the others', () => {
    expect(digestNames([0, 4, 7], [0, 4])).to.deep.equal(['0: b,c', '4: b,c', '7: b'])
    expect(digestNames([0, 4], [0, 7])).to.deep.equal(['0: b,c', '4: b', '7: c'])
    expect(digestNames([0, 4], [7, 8])).to.deep.equal(['0: b', '4: b', '7: c'])
  })
  it('are looked up by the PCR as well as in the list', () => {
    const { log } = verifiedBoot(events, [
      { hash: ALG.sha256, pcrs: [0, 4] },
      { hash: ALG.sha384, pcrs: [7] },
    ])
    expect(log.eventsByPcr.get(7)?.map(({ digests }) => [...digests.keys()])).to.deep.equal([[ALG.sha384]])
  })
  it('have to lead to the values of all of them', () => {
    const lied = events.map((one) => ({
      ...one,
      digests: new Map([...one.digests, [ALG.sha384, digest(ALG.sha384, ascii('lie'))]]),
    }))
    const selection = [ALG.sha256, ALG.sha384].map((hash) => ({ hash, pcrs: [0, 4, 7] }))
    expect(errorOf(() => told(events, { claimed: lied, selection })).detail).to.equal('PCR 0, 4, 7')
    expect(
      told(events, { claimed: lied }).log.events.map(({ digests }) => toHex(digests.get(ALG.sha256)!)),
    ).to.deep.equal(events.map(({ digests }) => toHex(digests.get(ALG.sha256)!)))
  })
  it('that no TPM of ours has are our mistake, not bad evidence', () => {
    const selection = [{ hash: 0x7fff, pcrs: [0] }]
    expect(() => verifiedBoot([event(0, EV.IPL, ascii('x'))], selection)).to.throw()
  })
})
