import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { documentDigest, signChange, signingKeyOf, verifyChange } from '../../../core/signing/index.ts'
import { aDecision } from '../../fakes/admin-server.ts'
import { Engineers } from '../../fakes/engineers.ts'
import { Bench } from './bench.ts'

const document = 'kind: BootPolicy\nname: web\n'
const serverId = new Uint8Array(32).fill(7)
const server = '07'.repeat(32)
const key = generateKeyPairSync('ed25519').privateKey
const pem = (given: KeyObject, passphrase?: string): string =>
  given
    .export({
      format: 'pem',
      type: 'pkcs8',
      ...(passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }),
    })
    .toString()
const pub = (given: KeyObject): string => createPublicKey(given).export({ format: 'pem', type: 'spki' }).toString()

describe('bootlatch, for engineers who sign', () => {
  let bench: Bench
  beforeEach(async () => {
    bench = await Bench.create()
  })
  afterEach(() => {
    bench.close()
  })

  describe('policy sign', () => {
    const sign = (given: string, more = '', run: Parameters<Bench['run']>[1] = {}) =>
      bench.run(`policy sign ${bench.file('web.yaml', document)} --as 5 --server ${server} --key ${given}${more}`, run)
    const change = { serverId, kind: 'BootPolicy', name: 'web', version: 5, sha256: documentDigest(document) }
    const signers = async (...keys: readonly KeyObject[]) => {
      const ring = new Map(
        keys.map((one) => {
          const signing = signingKeyOf(one)!
          return [signing.keyId, { ...signing, engineer: signing.keyId, untilUnixMs: undefined, isRetired: false }]
        }),
      )
      const text = readFileSync(join(bench.folder, 'web.yaml.jws'), 'utf8')
      return (await verifyChange(change, text, ring, 0)).length
    }

    it('signs by an encrypted key, its passphrase from a file or asked for without echo', async () => {
      const encrypted = bench.file('a.key', pem(key, 'open'), 0o644)
      const phrase = bench.file('phrase', 'open\n')
      const { exit, out } = await sign(encrypted, ` --passphrase-file ${phrase} --json`)
      expect(exit).to.equal(0)
      expect(JSON.parse(out)).to.include({ kind: 'BootPolicy', name: 'web', version: 5, server, algorithm: 'EdDSA' })
      const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
      const asked: string[] = []
      const askHidden = (question: string) => {
        asked.push(question)
        return Promise.resolve('sesame')
      }
      const second = await sign(bench.file('b.key', pem(other, 'sesame')), '', { terminal: { askHidden } })
      expect(second.exit).to.equal(0)
      expect(asked.join()).to.contain('Passphrase of')
      expect(await signers(key, other)).to.equal(2)
    })

    it('refuses a key that others can read, a wrong passphrase, and what is no such key', async () => {
      const cases: readonly (readonly [string, string, string])[] = [
        [bench.file('open.key', pem(key), 0o644), '', 'can be read by others'],
        [bench.file('locked.key', pem(key, 'open')), '', 'nobody can be asked'],
        [
          bench.file('locked.key', pem(key, 'open')),
          ` --passphrase-file ${bench.file('p', 'shut')}`,
          'passphrase is another',
        ],
        [bench.file('none.key', 'nothing'), '', 'no private key'],
        [
          bench.file('rsa.key', pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)),
          '',
          'no key of P-256',
        ],
      ]
      for (const [given, more, words] of cases) {
        const { exit, err } = await sign(given, more)
        expect(exit).to.equal(1)
        expect(err).to.contain(words)
      }
      expect(existsSync(join(bench.folder, 'web.yaml.jws'))).to.equal(false)
    })

    it('adds nothing to signatures of something else, nor a second one of a key', async () => {
      const given = bench.file('a.key', pem(key))
      const jws = bench.file('web.yaml.jws', await signChange({ ...change, version: 4 }, key))
      expect((await sign(given)).err).to.contain('another document, name, version or server')
      writeFileSync(jws, await signChange(change, key))
      expect((await sign(given)).err).to.contain('One key has signed twice')
      writeFileSync(jws, '{}')
      expect((await sign(given)).err).to.contain('General JSON Serialization')
    })

    it('needs a version, a whole server id, and a document', async () => {
      const given = bench.file('a.key', pem(key))
      const file = bench.file('bad.yaml', 'kind: BootPolicy\nname: [\n')
      expect((await bench.run(`policy sign ${file} --as 1 --server ${server} --key ${given}`)).err).to.contain(
        'bad.yaml:',
      )
      expect((await bench.run(`policy sign ${file} --as 0 --server ${server} --key ${given}`)).exit).to.equal(2)
      expect((await bench.run(`policy sign ${file} --as 1 --server 07 --key ${given}`)).exit).to.equal(2)
    })
  })

  describe('policy verify', () => {
    const engineers = new Engineers(serverId)
    const put = (jws: string) =>
      bench.server.policies.push({ kind: 'BootPolicy', name: 'web', version: 5, document, jws, appliedBy: 'op' })
    const verify = (required = 2, list = ['ann', 'bob'], more = '') =>
      bench.run(`policy verify web --signers ${bench.file('signers.yaml', engineers.signers(required, list))}${more}`)

    it('counts engineers of the auditor’s own list', async () => {
      put(await engineers.sign(document, 5, ['ann', 'bob']))
      expect(await verify()).to.include({ exit: 0 })
      const other = await verify(2, ['ann', 'cy'])
      expect(other.exit).to.equal(3)
      expect(other.out).to.match(/^signed by +ann$/m)
      expect((await verify(3, ['ann', 'bob', 'cy'])).exit).to.equal(3)
      expect((await verify(0)).exit, 'a list that asks for nobody proves nothing').to.equal(3)
      expect((await verify(2, ['ann', 'bob'], ` --server ${'08'.repeat(32)}`)).exit).to.equal(3)
    })

    it('follows a change of the list, which engineers of the new list sign as well', async () => {
      const renewed = engineers.signers(2, ['bob', 'cy', 'dan'])
      const jws = await engineers.sign(renewed, 2, ['ann', 'bob', 'dan'])
      bench.server.policies.push({ kind: 'Signers', name: 'signers', version: 2, document: renewed, jws })
      const check = (names: readonly string[]) =>
        bench.run(`policy verify signers --signers ${bench.file('kept.yaml', engineers.signers(2, names))}`)
      expect((await check(['ann', 'bob'])).exit).to.equal(0)
      expect((await check(['bob', 'cy', 'dan'])).exit).to.equal(0)
      expect((await check(['ann', 'cy'])).exit).to.equal(3)
    })

    it('does not take a signed version for the one that is asked about, nor another kind', async () => {
      const jws = await engineers.sign(document, 5, ['ann', 'bob'])
      bench.server.showsInstead = { kind: 'BootPolicy', name: 'web', version: 5, document, jws, appliedBy: 'op' }
      expect(await verify(2, ['ann', 'bob'], ' --revision 5 --kind BootPolicy')).to.include({ exit: 0 })
      for (const more of [' --revision 6', ' --kind Group']) {
        const { exit, err } = await verify(2, ['ann', 'bob'], more)
        expect(exit, more).to.equal(1)
        expect(err, more).to.contain('another document: BootPolicy web, version 5')
      }
    })

    it('says whose word the id of the server is', async () => {
      put(await engineers.sign(document, 5, ['ann', 'bob']))
      expect((await verify()).out).to.match(/^server +(07){32} \(by its own word: give --server\)$/m)
      expect((await verify(2, ['ann', 'bob'], ` --server ${server}`)).out).to.match(/^server +(07){32}$/m)
    })

    it('believes no version that the server put there without signatures, or with those of another', async () => {
      put('')
      expect((await verify()).out)
        .to.contain('not signed')
        .and.contain('shows no signatures')
      bench.server.policies.pop()
      put(await engineers.sign(document, 4, ['ann', 'bob']))
      expect((await verify()).exit).to.equal(3)
    })
  })

  describe('what waits and what was', () => {
    const version = (number: number, text: string, more: object = {}) => ({
      kind: 'BootPolicy',
      name: 'web',
      version: number,
      document: text,
      sha256: documentDigest(text),
      appliedBy: 'op',
      appliedUnixMs: Date.UTC(2026, 10, 20),
      ...more,
    })

    it('says what to do with a document that lacks signatures, and exits 4', async () => {
      const signatures = [{ engineer: 'ann', keyId: 'k', algorithm: 'EdDSA' }]
      bench.server.answerApply = { ...version(5, document), proposal: 3, signaturesRequired: 2, signatures }
      const file = bench.file('web.yaml', document)
      const { exit, out, err } = await bench.run(`policy apply ${file} --signatures ${bench.file('s.jws', '{}')}`)
      expect(exit).to.equal(4)
      expect(out).to.contain('not in force').and.contain('proposal 3 (1 of 2, by ann)')
      expect(err).to.contain(`bootlatch policy sign ${file} --as 5 --server ${server} --key KEY`)
      expect(bench.server.asked[0]?.[1]).to.include({ signatures: '{}' })
      const piped = await bench.run('policy apply -', { input: document })
      expect(piped.err).to.contain('bootlatch policy pending 3 -o FILE')
    })

    it('lists it, prints it, writes it, and takes it back', async () => {
      expect((await bench.run('policy pending')).out).to.contain('Nothing waits')
      const waiting = { ...version(5, document), proposal: 3, proposedBy: 'op', signaturesRequired: 2, reason: 'why' }
      bench.server.proposals.push(waiting)
      expect((await bench.run('policy pending')).out).to.match(/^3 +web +BootPolicy +5 .* op .* 2 +why$/m)
      expect((await bench.run('policy pending 3')).out).to.equal(document)
      const path = join(bench.folder, 'pending.yaml')
      await bench.run(`policy pending 3 -o ${path}`)
      expect(readFileSync(path, 'utf8')).to.equal(document)
      expect((await bench.run('policy pending 9')).exit).to.equal(1)
      expect((await bench.run('policy pending x')).exit).to.equal(2)
      expect((await bench.run('policy withdraw 3 --reason wrong')).out).to.contain('withdrawn')
      expect(bench.server.asked.at(-1)).to.deep.equal(['WithdrawProposal', { proposal: '3', reason: 'wrong' }])
    })

    it('shows every version, and which says the same as an earlier one', async () => {
      const signatures = [{ engineer: 'ann', keyId: 'k', algorithm: 'EdDSA' }]
      bench.server.policies.push(
        version(1, 'a\n'),
        version(2, 'b\n', { signatures }),
        version(3, 'a\n', { reason: 'back' }),
      )
      const { out } = await bench.run('policy history web')
      expect(out)
        .to.match(/^3 .*\(as version 1\) back$/m)
        .and.match(/^2 .* ann /m)
      const { versions } = JSON.parse((await bench.run('policy history web --json')).out) as {
        versions: { sameAs: number }[]
      }
      expect(versions.map(({ sameAs }) => sameAs)).to.deep.equal([1, null, null])
      expect((await bench.run('policy history wob')).err).to.contain('Did you mean web?')
    })

    it('shows what is different between two versions', async () => {
      bench.server.policies.push(version(1, 'a\nb\nc\n'), version(2, 'a\nB\nc\n'))
      expect((await bench.run('policy diff web 1 2')).out).to.equal('  a\n- b\n+ B\n  c\n  \n')
      expect((await bench.run('policy diff web 1 1')).out).to.equal('Nothing is different.\n')
    })

    it('goes back after a preview and a yes, and only to what was shown', async () => {
      bench.server.policies.push(version(1, document, { source: 'web.yaml' }), version(2, `${document}# two\n`))
      bench.server.preview.push({ end: { machines: 1, boots: 1, stillBoot: 1 } })
      const rollback = 'policy rollback web --to 1 --reason wrong'
      expect((await bench.run(rollback, { answer: 'n' })).exit).to.equal(1)
      expect((await bench.run(rollback)).exit).to.equal(2)
      const { exit, err } = await bench.run(rollback, { answer: 'y' })
      expect(exit).to.equal(0)
      expect(err).to.contain('from version 2 to what version 1 said')
      const asked = bench.server.asked.at(-1)
      expect(asked?.[0]).to.equal('ApplyPolicy')
      expect(asked?.[1]).to.include({ document, source: 'web.yaml', reason: 'wrong', expectedVersion: 2 })
    })
  })

  describe('signer', () => {
    const engineers = new Engineers(serverId)
    const putList = (required = 1, names = ['ann', 'bob']) =>
      bench.server.policies.push({ name: 'signers', version: 1, document: engineers.signers(required, names) })
    const sent = () => bench.server.asked.at(-1)?.[1] as { document: string; expectedVersion: number }

    it('lists nobody at first, and then keys with their state', async () => {
      expect((await bench.run('signer list')).out).to.contain('Nobody has to sign')
      putList(2)
      expect((await bench.run('signer list')).out)
        .to.contain('2 engineers')
        .and.match(/^ann .* EdDSA .* may sign$/m)
    })

    it('enrols a key, in a new list and in one that is there', async () => {
      const file = bench.file('a.pub', pub(key))
      await bench.run(`signer enrol cy --key ${file} --until 2027-06-30 --reason new`)
      expect(sent().document).to.contain('required: 0').and.contain('cy:').and.contain('until: 2027-06-30T00:00:00Z')
      bench.server.policies.length = 0
      putList()
      await bench.run(`signer enrol ann --key ${file} --reason more`)
      expect(sent()).to.include({ expectedVersion: 1 })
      expect(sent().document.match(/publicKey/g)).to.have.length(3)
    })

    it('sends no private key', async () => {
      const { err } = await bench.run(`signer enrol cy --key ${bench.file('a.key', pem(key))} --reason new`)
      expect(err).to.contain('no PEM of a public key').and.contain('openssl pkey')
      expect(bench.server.asked.map(([method]) => method)).not.to.include('ApplyPolicy')
    })

    it('retires a key by its id and changes the number, or writes the list to be signed first', async () => {
      putList()
      const { keyId } = signingKeyOf(engineers.keyOf('bob'))!
      await bench.run(`signer retire ${keyId} --reason left`)
      expect(sent().document).to.contain('retired: left')
      expect((await bench.run('signer retire nobody --reason left')).err).to.contain('no key nobody is enrolled')
      const path = join(bench.folder, 'signers.yaml')
      await bench.run(`signer require 2 --reason audit -o ${path}`)
      expect(readFileSync(path, 'utf8')).to.contain('required: 2')
      expect((await bench.run('signer require 99 --reason audit')).exit).to.equal(2)
    })
  })

  describe('announcements', () => {
    const digest = 'ab'.repeat(32)
    const announce = `policy announce kernel --machine web-1 --component linux=${digest} --pcr 0=${'cd'.repeat(48)} --for 6h --reason update`

    it('writes the document that the options say', async () => {
      const path = join(bench.folder, 'kernel.yaml')
      const { exit } = await bench.run(`${announce} --label 6.1 --boots 2 --group web --end-old-values -o ${path}`)
      expect(exit).to.equal(0)
      const { parseAnnouncement } = await import('../../../core/policy/index.ts')
      const written = parseAnnouncement(readFileSync(path, 'utf8'), path)
      expect(written).to.deep.include({ machines: ['web-1'], groups: ['web'], boots: 2, oldValues: 'refuseOnceBooted' })
      expect([...written.components.keys(), ...written.pcrs.keys()]).to.deep.equal(['linux', 0])
    })

    it('previews, asks, and applies', async () => {
      bench.server.preview.push({ end: { machines: 1, boots: 1, wouldNewlyBoot: 1 } })
      expect((await bench.run(announce, { answer: 'no' })).exit).to.equal(1)
      expect((await bench.run(`${announce} --yes`)).exit).to.equal(0)
      expect(bench.server.asked.map(([method]) => method)).to.deep.equal([
        'PreviewPolicy',
        'PreviewPolicy',
        'ApplyPolicy',
      ])
    })

    it('takes no digest of another length, no PCR 15, no time without end', async () => {
      for (const wrong of ['--pcr 15=' + digest, '--pcr 0=abcd', '--component x', '--boots 0', '--machine /etc'])
        expect((await bench.run(`policy announce k --for 1h --reason r ${wrong}`)).exit, wrong).to.equal(2)
      expect((await bench.run('policy announce k --machine web --reason r')).exit).to.equal(2)
    })

    it('are named on the screen of a decision that used one', async () => {
      const rule = 'announcement kernel version 1'
      const reasons = [{ code: 'policy/announcement', passed: true, rule, fact: 'boot 1 of 1 by announced values' }]
      bench.server.decisions.push(aDecision({ number: 42, machineName: 'web-1' }, { reasons }))
      const { out } = await bench.run('decision show 42')
      expect(out).to.match(/^Announced +announcement kernel version 1: boot 1 of 1/m)
    })

    it('lists what is announced and which boots used it, and withdraws', async () => {
      expect((await bench.run('announcement list')).out).to.contain('Nothing is announced')
      bench.server.announcements.push({
        name: 'kernel',
        version: 1,
        machines: ['web-1'],
        groups: ['db'],
        state: 'ANNOUNCEMENT_STATE_LIVE',
        uses: [{ machine: 'web-1', ordinal: 1, decision: 42 }],
      })
      expect((await bench.run('announcement list')).out).to.match(/^kernel +1 +live +web-1, group db .* web-1 \(42\)/m)
      expect((await bench.run('announcement withdraw kernel --reason done')).exit).to.equal(0)
    })
  })
})
