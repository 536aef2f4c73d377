import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import { verifyEvidence, type RequestCore } from '../../../../core/evidence/index.ts'
import { EV } from '../../../../core/eventlog/index.ts'
import {
  evaluateAdmission,
  evaluateRelease,
  learnPolicy,
  parseGroup,
  parsePolicy,
  proposeChange,
} from '../../../../core/policy/index.ts'
import { Attester } from '../../../../agent/boot/simulate/attester.ts'
import { alteredRequest, event, recordedRequest } from '../../../fakes/attester-request.ts'
import { bootNames } from '../../../vectors/vectors.ts'

const attester = new Attester()
const verified = (core: RequestCore) => verifyEvidence(attester.expectation(), attester.attest(core))
const admission = { peerAddress: '10.0.0.1', approvedBy: [], nowUnixMs: 0 }
const release = { tier: 'T1' } as const
const ascii = (text: string) => new TextEncoder().encode(text)
const learn = (core: RequestCore) =>
  learnPolicy({ name: 'web', machine: 'web-1', tier: 'T1', peerAddress: '10.0.0.1', evidence: verified(core) })

const propose = (document: string, core: RequestCore, more: object = {}) =>
  proposeChange({
    document,
    source: 'web.yaml',
    library: new Map(),
    floors: [],
    evidence: verified(core),
    admission,
    release,
    reason: 'known to the vendor',
    ...more,
  })
const judge = (document: string, core: RequestCore) =>
  evaluateRelease(parsePolicy(document, 'proposed'), verified(core), release).outcome

describe('proposeChange', () => {
  it('leaves alone what groups require, and says that it stays', () => {
    const group =
      "kind: Group\nname: all\nrequire: { admission: { networks: [10.9.0.0/16] }, release: { pcrs: { sha256: { 0: ['" +
      'ff'.repeat(32) +
      "'] } } } }\n"
    const floors = [parseGroup(group, 'all.yaml').floor!]
    const document = learn(recordedRequest('uki'))
    const proposal = propose(document, recordedRequest('uki'), { floors })
    expect(proposal.document).to.equal(document)
    expect(proposal.changes).to.deep.equal([])
    expect(proposal.remaining.map(({ rule }) => rule)).to.deep.equal([
      'Group all: require.admission.networks',
      'Group all: require.release.pcrs.0',
    ])
  })

  for (const from of bootNames)
    for (const to of bootNames)
      if (from !== to)
        it(`lets ${to} through beside ${from}, or says what is against it`, () => {
          const document = learn(recordedRequest(from))
          const { document: proposed, changes, remaining } = propose(document, recordedRequest(to))
          const settled = remaining.length === 0
          expect(judge(proposed, recordedRequest(to))).to.equal(settled ? 'allow' : 'deny')
          // What boots now goes on to, unless a component more is asked for, which the change says
          if (settled && !changes.some((words) => words.includes('is new')))
            expect(judge(proposed, recordedRequest(from))).to.equal('allow')
          expect(changes).not.to.deep.equal([])
        })

  it('changes nothing about a boot that is let through', () => {
    const document = learn(recordedRequest('uki'))
    const { changes, remaining } = propose(document, recordedRequest('uki'))
    expect({ changes, remaining }).to.deep.equal({ changes: [], remaining: [] })
  })

  it('adds one digest for one component, and keeps comments', () => {
    const core = alteredRequest('uki', (events) =>
      events.map((one) => (one.index === 25 ? { ...one, digests: event(0, 0, ascii('newer')).digests } : one)),
    )
    const document = learn(recordedRequest('uki'))
    const { document: proposed, changes } = propose(document, core)
    expect(changes).to.deep.equal(['release.components.kernel: its digest is added'])
    const before = document.split('\n')
    const different = proposed.split('\n').filter((line) => !before.includes(line))
    expect(different).to.have.length(1)
    expect(judge(proposed, core)).to.equal('allow')
    expect(judge(proposed, recordedRequest('uki'))).to.equal('allow')
  })

  it('adds the address, the tier, an authority, a waiver', () => {
    const core = alteredRequest('uki-secureboot', (events) => [
      ...events,
      event(5, 0x1234, ascii('vendor')),
      event(7, EV.EFI_VARIABLE_AUTHORITY, ascii('not a variable')),
    ])
    const document = learn(recordedRequest('uki-secureboot'))
    const facts = { admission: { ...admission, peerAddress: '192.0.2.9' }, release: { tier: 'T0' } }
    const { document: proposed, changes, remaining } = propose(document, core, facts)
    expect(remaining).to.deep.equal([])
    for (const words of [/192\.0\.2\.9\/32/, /tier: T0/, /authorities/, /waivers.*PCR 5/, /PCR 7/])
      expect(changes.join('\n')).to.match(words)
    const policy = parsePolicy(proposed, 'proposed')
    expect(evaluateAdmission(policy, facts.admission).outcome).to.equal('allow')
    expect(evaluateRelease(policy, verified(core), { tier: 'T0' }).outcome).to.equal('allow')
  })

  it('proposes nothing that would be no policy any more', () => {
    const core = alteredRequest('uki', (events) => [
      ...events,
      ...Array.from({ length: 300 }, (_, at) => event(9, EV.IPL, ascii(`more ${at}`))),
    ])
    const document = learn(recordedRequest('uki'))
    const { document: proposed, changes, remaining } = propose(document, core)
    expect({ proposed, changes }).to.deep.equal({ proposed: document, changes: [] })
    expect(remaining.length).to.be.greaterThan(256)
  })

  it('waives nothing without a reason', () => {
    const core = alteredRequest('uki', (events) => [...events, event(5, 0x1234, ascii('vendor'))])
    const { remaining } = propose(learn(recordedRequest('uki')), core, { reason: ' ' })
    expect(remaining.map(({ code }) => code)).to.deep.equal(['boot/unknown-event'])
  })

  it('leaves alone what is a rule of every policy', () => {
    const core = alteredRequest('uki', (events) => events.filter(({ index }) => index !== 9))
    const { remaining } = propose(learn(recordedRequest('uki')), core)
    expect(remaining.map(({ code }) => code)).to.include('boot/separator')
    const capped = recordedRequest('uki')
    const { changes } = propose(learn(capped), capped, { admission: { ...admission, approvedBy: [] } })
    expect(changes).to.deep.equal([])
  })

  it('adds the certificate where certificates are asked for', () => {
    const core = recordedRequest('uki-secureboot')
    const document = `kind: BootPolicy\nname: web\ngroups: [web]\nadmission: { networks: [10.0.0.0/8] }\nrelease:\n  secureBoot: { required: true, authorities: { certificates: ["${'ab'.repeat(32)}"] } }\n  volumes: [11111111-2222-4333-8444-555555555555]\n`
    const { document: proposed, changes, remaining } = propose(document, core)
    expect(remaining).to.deep.equal([])
    expect(changes.join('\n')).to.match(/certificate [0-9a-f]{64} is added, which calls itself .*SnakeOil/)
    expect(changes.join('\n')).to.match(/volumes/)
    expect(judge(proposed, core)).to.equal('allow')
    expect(toHex(new Uint8Array())).to.equal('')
  })
})
