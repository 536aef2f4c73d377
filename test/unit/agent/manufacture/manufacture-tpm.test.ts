import { expect } from 'chai'
import { X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStoredTpm } from '../../../../agent/channel/index.ts'
import {
  AuthorityError,
  authorityIn,
  LocalAuthority,
  ManufactureError,
  manufactureTpm,
} from '../../../../agent/manufacture/index.ts'
import {
  ALG,
  atHandle,
  GetCapability,
  CAP,
  named,
  NV_Read,
  NV_ReadPublic,
  NV_Write,
  passwordSession,
  publicKeyOf,
  RC,
  ReadPublic,
  RH,
  Startup,
  SU,
  TpmClient,
} from '../../../../core/tpm/index.ts'
import { refused } from '../vtpm/bench.ts'

const key = (): Uint8Array => new Uint8Array(32).fill(7)
const platform = { ...named(RH.platform), auth: passwordSession() }
const owner = { ...named(RH.owner), auth: passwordSession() }

describe('manufacture', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'bootlatch-manufacture-'))
  const newFolder = (): string => mkdtempSync(join(scratch, 'tpm-'))
  const plain = {
    pcrBanks: undefined,
    keepsKeys: false,
    authority: undefined,
    hasPlatformCertificate: false,
    locksCertificates: false,
    machine: '',
  }

  after(() => {
    rmSync(scratch, { recursive: true, force: true })
  })

  /** Starts the TPM of a folder up for a while. */
  async function withTpm<T>(folder: string, use: (client: TpmClient) => Promise<T>): Promise<T> {
    const stored = await openStoredTpm({ folder, key: key() })
    try {
      stored.tpm.powerOn()
      const client = new TpmClient({ transmit: async (command) => await stored.tpm.execute(command) })
      await client.run(Startup, {}, { startupType: SU.clear })
      return await use(client)
    } finally {
      await stored.close()
    }
  }

  async function readIndex(client: TpmClient, handle: number): Promise<Uint8Array> {
    const { nvPublic, nvName } = await client.run(NV_ReadPublic, { nvIndex: named(handle) }, {})
    const parts: number[] = []
    while (parts.length < nvPublic.dataSize) {
      const size = Math.min(512, nvPublic.dataSize - parts.length)
      const read = await client.run(
        NV_Read,
        { authHandle: owner, nvIndex: { handle, name: nvName } },
        { size, offset: parts.length },
      )
      parts.push(...read.data)
    }
    return Uint8Array.from(parts)
  }

  it('makes keys that stay, certificates for them, and the banks that were asked for', async () => {
    const folder = newFolder()
    const authority = await authorityIn(join(scratch, 'ca'))
    const made = await manufactureTpm({
      folder,
      key: key(),
      pcrBanks: ['sha384', 'sha256'],
      keepsKeys: true,
      authority,
      hasPlatformCertificate: true,
      locksCertificates: true,
      machine: 'web-1',
    })
    expect(made.pcrBanks).to.deep.equal(['sha256', 'sha384'])
    expect(statSync(join(scratch, 'ca/ca.key')).mode & 0o777).to.equal(0o600)
    await withTpm(folder, async (client) => {
      const root = made.certificates.map(({ der }) => new X509Certificate(der))
      expect(root.map(({ subject }) => subject)).to.deep.equal(Array(4).fill('CN=web-1'))
      for (const [handle, nvIndex] of [
        [0x81010001, 0x01c00002],
        [0x81010001, 0x01c08000],
        [0x81010016, 0x01c00016],
      ] as const) {
        const { outPublic } = await client.run(ReadPublic, { objectHandle: named(handle) }, {})
        const certificate = new X509Certificate(await readIndex(client, nvIndex))
        expect(certificate.publicKey.equals(publicKeyOf(outPublic))).to.equal(true)
      }
      const { capabilityData } = await client.run(
        GetCapability,
        {},
        { capability: CAP.pcrs, property: 0, propertyCount: 8 },
      )
      const banks = capabilityData.data as readonly { hash: number; pcrSelect: Uint8Array }[]
      expect(
        banks.filter(({ pcrSelect }) => pcrSelect.some((byte) => byte !== 0)).map(({ hash }) => hash),
      ).to.deep.equal([ALG.sha256, ALG.sha384])
      const { nvName: name } = await client.run(NV_ReadPublic, { nvIndex: named(0x01c00002) }, {})
      await refused(
        RC.nvLocked,
        client.run(
          NV_Write,
          { authHandle: platform, nvIndex: { handle: 0x01c00002, name } },
          { data: Uint8Array.of(1), offset: 0 },
        ),
      )
    })
  })

  it('keeps nothing that was not asked for', async () => {
    const folder = newFolder()
    const made = await manufactureTpm({ ...plain, folder, key: key() })
    expect(made.certificates).to.deep.equal([])
    await withTpm(folder, async (client) => {
      await refused(atHandle(RC.handle, 0), client.run(ReadPublic, { objectHandle: named(0x81010001) }, {}))
    })
  })

  it('changes the banks of a TPM that is there, and nothing else', async () => {
    const folder = newFolder()
    const { keys } = await manufactureTpm({ ...plain, folder, key: key(), keepsKeys: true })
    const changed = await manufactureTpm({ ...plain, folder, key: key(), pcrBanks: ['sha1'], reconfigures: true })
    expect(changed).to.deep.equal({ manufactured: false, keys: [], certificates: [], pcrBanks: ['sha1'] })
    expect(keys).to.have.length(3)
    await withTpm(folder, (client) => client.run(ReadPublic, { objectHandle: named(0x81010001) }, {}))
  })

  for (const [what, options] of [
    ['a bank that nobody has', { pcrBanks: ['md5'] }],
    ['no bank at all', { pcrBanks: [] }],
    ['a name that would need quotes', { machine: 'a,b' }],
    ['to change a TPM that is not there', { reconfigures: true }],
  ] as const)
    it(`refuses ${what}, and leaves nothing`, async () => {
      const folder = newFolder()
      const error = await manufactureTpm({ ...plain, ...options, folder, key: key() }).catch((error: unknown) => error)
      expect(error).to.be.instanceOf(ManufactureError)
      expect(existsSync(join(folder, 'vtpm.state'))).to.equal(false)
    })

  it('leaves nothing of a TPM whose certificates fail', async () => {
    const folder = newFolder()
    const authority = { issue: () => Promise.reject(new AuthorityError('no key')) } as unknown as LocalAuthority
    const error = await manufactureTpm({ ...plain, folder, key: key(), authority }).catch((error: unknown) => error)
    expect(error).to.be.instanceOf(AuthorityError)
    expect(existsSync(join(folder, 'vtpm.state'))).to.equal(false)
  })

  it('never makes a TPM over another', async () => {
    const folder = newFolder()
    await manufactureTpm({ ...plain, folder, key: key() })
    const error = await manufactureTpm({ ...plain, folder, key: key() }).catch((error: unknown) => error)
    expect(error).to.be.instanceOf(ManufactureError)
    await withTpm(folder, () => Promise.resolve())
  })

  it('takes an authority from files that are a pair, and no other', async () => {
    const [one, other] = [join(scratch, 'one'), join(scratch, 'other')]
    await authorityIn(one)
    await authorityIn(other)
    const files = (keyFrom: string, certificateFrom: string) => ({
      key: join(keyFrom, 'ca.key'),
      certificate: join(certificateFrom, 'ca.pem'),
    })
    expect(LocalAuthority.open(files(one, one))).to.be.instanceOf(LocalAuthority)
    expect(() => LocalAuthority.open(files(one, other))).to.throw(AuthorityError, 'not the certificate')
    writeFileSync(join(other, 'ca.key'), 'nothing')
    chmodSync(join(other, 'ca.key'), 0o600)
    expect(() => LocalAuthority.open(files(other, other))).to.throw(AuthorityError, 'ca.key')
  })
})
