/** The emulated TPM against swtpm: two processes, the same client, sockets alike. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SwtpmTransport } from '../agent/channel/index.ts'
import {
  ALG,
  CAP,
  akTemplate,
  CreatePrimary,
  digest,
  ekTemplates,
  FlushContext,
  GetCapability,
  GetRandom,
  Hash,
  named,
  passwordSession,
  PCR_Extend,
  PCR_Read,
  PolicyPCR,
  Quote,
  ReadPublic,
  RH,
  selectPcrs,
  startSession,
  Startup,
  SU,
  TpmClient,
  type TPMT_PUBLIC,
} from '../core/tpm/index.ts'
import { newTpmFolder, serveTpm, startSwtpm, type TpmProcess } from '../test/e2e/tpm-tools/tpm-process.ts'
import { compare, print, type Ratio } from './rounds.ts'

const rounds = 200
const slowRounds = 15
const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const empty = new Uint8Array(0)
const pcrs = [selectPcrs(ALG.sha256, [0, 1, 2, 3, 4, 5, 6, 7])]
const ecc = ekTemplates.find(({ template }) => template.type === ALG.ecc)?.template
const rsa = ekTemplates.find(({ template }) => template.type === ALG.rsa)?.template

/** Prints p50 of each command, ours against swtpm's. */
export async function benchTpm(json: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bootlatch-bench-'))
  const processes: TpmProcess[] = []
  try {
    newTpmFolder(folder)
    processes.push(await serveTpm(folder), await startSwtpm(folder))
    const [ours, theirs] = await Promise.all(processes.map(started))
    if (ours === undefined || theirs === undefined) throw new TypeError('two TPMs were started')
    const [ourAk, theirAk] = [await primary(ours, akTemplate), await primary(theirs, akTemplate)]
    // libtpms answers TPM_RC_RETRY to the first use of a key under dictionary-attack protection after each Startup.
    await quote(theirs, theirAk).catch(() => undefined)
    const ratios: Ratio[] = []
    for (const [name, act] of Object.entries(commands))
      ratios.push(await compare({ name, ours: () => act(ours, ourAk), theirs: () => act(theirs, theirAk) }, rounds))
    for (const [name, template] of Object.entries({ 'CreatePrimary ECC': ecc, 'CreatePrimary RSA-2048': rsa })) {
      if (template === undefined) throw new TypeError('an EK template of each kind')
      const make = async (tpm: TpmClient): Promise<void> => {
        const { handle } = await primary(tpm, varied(template))
        await tpm.run(FlushContext, {}, { flushHandle: handle })
      }
      ratios.push(await compare({ name, ours: () => make(ours), theirs: () => make(theirs) }, slowRounds))
    }
    print('TPM commands over the socket: Bootlatch, swtpm, ratio (p50)', ratios, json)
  } finally {
    for (const process of processes) await process.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
}

async function started({ port }: TpmProcess): Promise<TpmClient> {
  const tpm = new TpmClient(new SwtpmTransport({ kind: 'tcp', host: '127.0.0.1', port }))
  await tpm.run(Startup, {}, { startupType: SU.clear })
  return tpm
}

interface Key {
  readonly handle: number
  readonly name: Uint8Array
}

async function primary(tpm: TpmClient, inPublic: TPMT_PUBLIC): Promise<Key> {
  const primaryHandle = { ...named(RH.endorsement), auth: passwordSession() }
  const inSensitive = { userAuth: empty, data: empty }
  const made = await tpm.run(
    CreatePrimary,
    { primaryHandle },
    { inSensitive, inPublic, outsideInfo: empty, creationPCR: [] },
  )
  return { handle: made.handle, name: made.name }
}

/** The same template with another unique field: another key each time, so that nothing is answered from memory. */
function varied(template: TPMT_PUBLIC): TPMT_PUBLIC {
  if (template.type === ALG.rsa) return { ...template, unique: random(256) }
  return { ...template, unique: { x: random(32), y: random(32) } } as TPMT_PUBLIC
}

const commands: Readonly<Record<string, (tpm: TpmClient, ak: Key) => Promise<unknown>>> = {
  GetRandom: (tpm) => tpm.run(GetRandom, {}, { bytesRequested: 32 }),
  GetCapability: (tpm) => tpm.run(GetCapability, {}, { capability: CAP.pcrs, property: 0, propertyCount: 1 }),
  PCR_Read: (tpm) => tpm.run(PCR_Read, {}, { pcrSelectionIn: pcrs }),
  PCR_Extend: (tpm) =>
    tpm.run(
      PCR_Extend,
      { pcrHandle: { ...named(16), auth: passwordSession() } },
      { digests: [{ hashAlg: ALG.sha256, digest: digest(ALG.sha256, empty) }] },
    ),
  Hash: (tpm) => tpm.run(Hash, {}, { data: new Uint8Array(1024), hashAlg: ALG.sha256, hierarchy: RH.null }),
  ReadPublic: (tpm, ak) => tpm.run(ReadPublic, { objectHandle: ak }, {}),
  'StartAuthSession, PolicyPCR, Flush': async (tpm) => {
    const { handle } = await startSession(tpm, { type: 'trial', random, hash: ALG.sha256 })
    await tpm.run(PolicyPCR, { policySession: named(handle) }, { pcrDigest: empty, pcrs })
    await tpm.run(FlushContext, {}, { flushHandle: handle })
  },
  'Quote ECDSA': quote,
}

function quote(tpm: TpmClient, ak: Key): Promise<unknown> {
  const signHandle = { ...ak, auth: passwordSession() }
  const inScheme = { scheme: ALG.null } as const
  return tpm.run(Quote, { signHandle }, { qualifyingData: new Uint8Array(32), inScheme, PCRselect: pcrs })
}
