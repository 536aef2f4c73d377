import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import {
  EV,
  writeEventLog,
  writeUserspaceLog,
  type Event,
  type UserspaceRecord,
} from '../../../../core/eventlog/index.ts'
import {
  defaultSelection,
  EvidenceError,
  verifyEvidence,
  type VerifiedEvidence,
} from '../../../../core/evidence/index.ts'
import { evaluateRelease, learnPolicy, parsePolicy } from '../../../../core/policy/index.ts'
import { ALG, digest } from '../../../../core/tpm/index.ts'
import { Attester } from '../../../../agent/boot/simulate/attester.ts'
import { digestsOf, pcrsOf, simulate } from '../../../../agent/boot/simulate/simulated-boot.ts'
import { event, said, separator, writtenLog } from '../../../fakes/written-boot.ts'

const attester = new Attester()
const ascii = (text: string) => new TextEncoder().encode(text)
const sha256 = (text: string) => toHex(digest(ALG.sha256, ascii(text)))

const record = (pcr: number, measured: string, claimed = measured): UserspaceRecord => ({
  index: 0,
  pcr,
  digests: digestsOf(ascii(measured)),
  untrustedContentType: 'systemd',
  untrustedContent: { string: claimed },
})

const firmware: readonly Event[] = [
  said(0, 'firmware', EV.S_CRTM_VERSION),
  event(4, EV.EFI_BOOT_SERVICES_APPLICATION, ascii('image')),
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((pcr) => separator(pcr)),
  said(11, '.linux\0'),
  said(11, 'kernel'),
]
const separatedPcrs = [0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 13, 14]
const separated = separatedPcrs.map((pcr) => record(pcr, 'os-separator'))
const entered = record(11, 'enter-initrd')
const variables = 'nvpcr-init:hardware:0x1d10200:000b' + 'ab'.repeat(32)

function verified(
  ran: readonly UserspaceRecord[],
  written = ran,
  selection: typeof defaultSelection = defaultSelection,
): VerifiedEvidence {
  const log = writtenLog(firmware)
  const core = {
    stateGeneration: 1,
    pcrs: pcrsOf({ ...simulate(log), userspace: ran }),
    eventLog: writeEventLog(log),
    userspaceLog: writeUserspaceLog(written),
    volumes: [],
  }
  return verifyEvidence(attester.expectation({ selection }), attester.attest(core, { selection }))
}

const kernel = `components: { kernel: { section: .linux, sha256: ["${sha256('kernel')}"] } }`
const image = `components: { image: { image: 1, sha256: ["${sha256('image')}"] } }`

/** What a policy holds against a boot after which these were measured. */
function against(release: string, evidence: VerifiedEvidence): readonly string[] {
  const text = `kind: BootPolicy\nname: web\ngroups: [web]\nadmission: { networks: [10.0.0.0/8] }\nrelease: { ${release} }\n`
  const { reasons } = evaluateRelease(parsePolicy(text, 'web.yaml'), evidence, { tier: 'T1' })
  return reasons.filter(({ passed }) => !passed).map(({ code, source }) => `${code} ${source}`)
}

describe('the word by which systemd parts its measurements from the firmware’s', () => {
  const boot = () => verified([...separated, entered])

  it('is understood in every PCR that it stands in', () => {
    expect(boot().boot.unknown).to.deep.equal([])
    expect(boot().boot.images).to.have.length(1)
    expect(boot().boot.authorities).to.deep.equal([])
    expect([...boot().boot.separators.values()].every(({ count }) => count === 1)).to.equal(true)
  })

  it('is nothing that was given to an image from outside, and no component', () => {
    expect(against(kernel, boot())).to.deep.equal([])
    expect(against(image, boot())).to.deep.equal([])
  })

  it('is in a learnt policy, which refuses the boot without it', () => {
    const learnt = learnPolicy({ name: 'web', machine: 'web', tier: 'T1', peerAddress: '10.0.0.1', evidence: boot() })
    const policy = parsePolicy(learnt, 'learnt.yaml')
    expect(evaluateRelease(policy, boot(), { tier: 'T1' }).outcome).to.equal('allow')
    expect(evaluateRelease(policy, verified([entered]), { tier: 'T1' }).outcome).to.equal('deny')
  })

  it('hides nothing beside it', () => {
    expect(against(kernel, verified([...separated, record(12, 'evil')]))).to.deep.include('component/overridden PCR 12')
    const bank = { ...record(3, 'os-separator'), digests: new Map([...digestsOf(ascii('evil'))]) }
    expect(() => verified([bank])).to.throw(EvidenceError, /PCR 3/)
  })
})

describe('events of the userspace log', () => {
  const unknown = (pcr: number) => `boot/unknown-event userspace log, event 0, PCR ${pcr}`

  it('are known by what systemd measures where, or the policy speaks of their PCR', () => {
    expect(against(image, verified([entered, record(9, variables), record(9, 'nvpcr-separator')]))).to.deep.equal([])
    expect(against(image, verified([record(8, 'x')]))).to.deep.equal([unknown(8)])
    expect(against(image, verified([record(11, 'x')]))).to.deep.equal([unknown(11)])
    const named = image.replace(' } }', ` }, more: { pcr: 8, event: 1, sha256: ["${sha256('x')}"] } }`)
    expect(against(named, verified([record(8, 'x')]))).to.deep.equal([])
  })

  it('are known by their digest: a text that is not what was measured is none', () => {
    expect(against(image, verified([record(9, 'evil', variables)]))).to.deep.equal([unknown(9)])
    expect(against(image, verified([record(12, variables)]))).to.deep.equal([unknown(12)])
    expect(against(image, verified([{ ...record(9, variables), untrustedContent: {} }]))).to.deep.equal([unknown(9)])
  })
})

describe('phases of a boot that no log tells of', () => {
  it('are known by the value to which they lead', () => {
    const { boot, log } = verified([entered], [])
    expect([...log.unexplained]).to.deep.equal([])
    expect(boot.phases.map(({ phase, event: { log: by } }) => [phase, by])).to.deep.equal([['enter-initrd', 'implied']])
    expect(against(kernel, verified([entered], []))).to.deep.equal([])
  })

  it('are as late as they are', () => {
    const late = verified([entered, record(11, 'leave-initrd'), record(11, 'sysinit')], [])
    expect(late.boot.phases).to.have.length(3)
    expect(against(kernel, late).filter((reason) => reason.startsWith('component/unlisted'))).to.have.length(3)
  })

  it('are no others, in no other order, and in PCR 11 alone', () => {
    for (const ran of [[record(11, 'leave-initrd')], [entered, entered], [record(12, 'enter-initrd')]])
      expect([...verified(ran, []).log.unexplained]).to.have.length(1)
  })
})
