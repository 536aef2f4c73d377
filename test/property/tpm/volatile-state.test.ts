import { expect } from 'chai'
import fc from 'fast-check'
import { manufacture, MemoryStorage, Tpm } from '../../../agent/vtpm/index.ts'
import { toHex } from '../../../core/bytes/index.ts'
import {
  ALG,
  type AuthSession,
  CAP,
  ClockRateAdjust,
  CC,
  ContextLoad,
  ContextSave,
  Create,
  CreatePrimary,
  digest,
  firstHandle,
  EventSequenceComplete,
  FlushContext,
  HashSequenceStart,
  GetCapability,
  GetRandom,
  HierarchyChangeAuth,
  HierarchyControl,
  Load,
  named,
  NV_DefineSpace,
  NV_Read,
  NV_Write,
  nvNameOf,
  PCR_Extend,
  PCR_Read,
  PCR_Reset,
  PolicyCommandCode,
  PolicyGetDigest,
  PolicyPCR,
  PolicySecret,
  PT,
  type Random,
  ReadClock,
  RH,
  selectPcrs,
  SequenceComplete,
  SequenceUpdate,
  Shutdown,
  srkTemplate,
  startSession,
  Startup,
  SU,
  taggedDigest,
  TPMA_NV,
  TPMA_OBJECT,
  type TPMS_CONTEXT,
  TpmClient,
  TpmResponseError,
  type TPMT_PUBLIC,
  Unseal,
} from '../../../core/tpm/index.ts'
import { byPassword, empty } from '../../unit/agent/vtpm/bench.ts'

/** The same bytes for everybody who counts from the same seed. */
function countingRandom(seed: number): Random {
  let drawn = 0
  return (size) => {
    drawn += 1
    const blocks = Array.from({ length: Math.ceil(size / 64) }, (_, block) =>
      digest(ALG.sha512, Uint8Array.of(seed, drawn >>> 16, drawn >>> 8, drawn, block)),
    )
    return Uint8Array.from(blocks.flatMap((bytes) => [...bytes])).slice(0, size)
  }
}

/** A TPM whose clock and random bytes are the test's; it can be taken from its machine and go on in another. */
class MovingTpm {
  nowMs = 1000
  #storage = new MemoryStorage(manufacture({ random: countingRandom(1) }))
  #random = countingRandom(2)
  #tpm = this.#open(this.#random)

  constructor() {
    this.#tpm.powerOn()
  }

  get tpm(): Tpm {
    return this.#tpm
  }

  execute(command: Uint8Array): Uint8Array {
    const answer = this.#tpm.execute(command)
    if (answer instanceof Promise) throw new TypeError('no long command belongs here')
    return answer
  }

  /** Another process, whose clock shows another time, goes on with this TPM. */
  move(): void {
    const [permanent, volatile] = [this.#storage.load(), this.#tpm.volatileState()]
    this.#tpm.powerOff()
    this.#storage = new MemoryStorage(manufacture({ random: countingRandom(3) }))
    this.nowMs += 86_400_000
    let random = countingRandom(4)
    this.#tpm = this.#open((size) => random(size))
    this.#tpm.powerOn({ permanent, volatile })
    random = this.#random
  }

  #open(random: Random): Tpm {
    const profile = { maxTransientObjects: 4, maxLoadedSessions: 4 }
    return Tpm.open({ storage: this.#storage, random, clock: () => this.nowMs, profile })
  }
}

interface Known {
  readonly handle: number
  readonly name: Uint8Array
}

/** Two TPMs that get the same commands: one stays where it is, the other moves. */
class Desk {
  readonly staying = new MovingTpm()
  readonly moving = new MovingTpm()
  readonly objects: Known[] = []
  readonly sealed: Known[] = []
  readonly sessions: AuthSession[] = []
  readonly sequences: number[] = []
  readonly contexts: TPMS_CONTEXT[] = []
  readonly random = countingRandom(5)
  readonly client = new TpmClient({
    transmit: (command) => {
      const expected = this.staying.execute(command)
      expect(toHex(this.moving.execute(command)), `to ${toHex(command)}`).to.equal(toHex(expected))
      return Promise.resolve(expected)
    },
  })

  get parent() {
    return byPassword(this.objects.at(-1) ?? named(firstHandle.transient))
  }
  get sequence() {
    return byPassword({ handle: this.sequences.at(-1) ?? firstHandle.transient, name: empty }, secret)
  }
  /** Does the same to both by their pins. */
  pins(act: (tpm: Tpm) => void): Promise<void> {
    for (const { tpm } of [this.staying, this.moving]) act(tpm)
    return Promise.resolve()
  }
  get session() {
    return named(this.sessions.at(-1)?.handle ?? firstHandle.policySession)
  }
}

const secret = Uint8Array.of(1, 2, 3)
const sealTemplate: TPMT_PUBLIC = {
  type: ALG.keyedhash,
  nameAlg: ALG.sha256,
  objectAttributes: TPMA_OBJECT.of('userWithAuth'),
  authPolicy: empty,
  parameters: { scheme: { scheme: ALG.null } },
  unique: empty,
}
const nvPublic = {
  nvIndex: 0x01000001,
  nameAlg: ALG.sha256,
  attributes: TPMA_NV.of('authRead', 'authWrite', 'writeStClear', 'readStClear'),
  authPolicy: empty,
  dataSize: 8,
}
const nv = (written: boolean) => {
  const attributes = { ...nvPublic.attributes, written }
  const index = { handle: nvPublic.nvIndex, name: nvNameOf({ ...nvPublic, attributes }) }
  return { nvIndex: index, authHandle: byPassword(index) }
}
const owner = byPassword(named(RH.owner))
const startOf = (type: 'hmac' | 'policy' | 'trial') => async (desk: Desk) => {
  const symmetric = { algorithm: ALG.xor, hash: ALG.sha256 } as const
  desk.sessions.push(await startSession(desk.client, { type, hash: ALG.sha256, random: desk.random, symmetric }))
}

/** What a client may do next; refusals are answers too. */
const steps: Readonly<Record<string, (desk: Desk) => Promise<unknown>>> = {
  random: ({ client }) => client.run(GetRandom, {}, { bytesRequested: 16 }),
  extend: ({ client }) =>
    client.run(
      PCR_Extend,
      { pcrHandle: byPassword(named(7)) },
      { digests: [taggedDigest(ALG.sha256, new Uint8Array(32))] },
    ),
  extendApplication: ({ client }) =>
    client.run(
      PCR_Extend,
      { pcrHandle: byPassword(named(16)) },
      { digests: [taggedDigest(ALG.sha1, new Uint8Array(20))] },
    ),
  resetPcr: ({ client }) => client.run(PCR_Reset, { pcrHandle: byPassword(named(16)) }, {}),
  readPcrs: ({ client }) => client.run(PCR_Read, {}, { pcrSelectionIn: [selectPcrs(ALG.sha256, [7, 16, 17])] }),
  startHmac: startOf('hmac'),
  startPolicy: startOf('policy'),
  startTrial: startOf('trial'),
  useHmac: async ({ client, sessions }) => {
    const session = sessions.at(-1)?.with({ attributes: ['continueSession', 'encrypt', 'audit'] })
    await client.run(GetRandom, {}, { bytesRequested: 8 }, session === undefined ? [] : [session])
  },
  policyPcr: ({ client, session }) =>
    client.run(PolicyPCR, { policySession: session }, { pcrDigest: empty, pcrs: [selectPcrs(ALG.sha256, [7])] }),
  policyCommand: ({ client, session }) =>
    client.run(PolicyCommandCode, { policySession: session }, { code: CC.Unseal }),
  policySecret: ({ client, session }) =>
    client.run(
      PolicySecret,
      { authHandle: owner, policySession: session },
      { nonceTPM: empty, cpHashA: empty, policyRef: secret, expiration: -5 },
    ),
  policyDigest: ({ client, session }) => client.run(PolicyGetDigest, { policySession: session }, {}),
  primary: async ({ client, objects }) => {
    const creation = { inSensitive: { userAuth: empty, data: empty }, outsideInfo: empty, creationPCR: [] }
    objects.push(await client.run(CreatePrimary, { primaryHandle: owner }, { ...creation, inPublic: srkTemplate }))
  },
  temporaryPrimary: async ({ client, objects }) => {
    const creation = { inSensitive: { userAuth: empty, data: empty }, outsideInfo: empty, creationPCR: [] }
    const primaryHandle = byPassword(named(RH.null))
    objects.push(await client.run(CreatePrimary, { primaryHandle }, { ...creation, inPublic: srkTemplate }))
  },
  seal: async ({ client, parent, sealed }) => {
    const inSensitive = { userAuth: secret, data: secret }
    const creation = { inSensitive, inPublic: sealTemplate, outsideInfo: empty, creationPCR: [] }
    const made = await client.run(Create, { parentHandle: parent }, creation)
    const { outPrivate: inPrivate, outPublic: inPublic } = made
    sealed.push(await client.run(Load, { parentHandle: parent }, { inPrivate, inPublic }))
  },
  unseal: ({ client, sealed }) =>
    client.run(Unseal, { itemHandle: byPassword(sealed.at(-1) ?? named(firstHandle.transient), secret) }, {}),
  guess: ({ client, sealed }) =>
    client.run(Unseal, { itemHandle: byPassword(sealed.at(-1) ?? named(firstHandle.transient), empty) }, {}),
  saveObject: async ({ client, objects, contexts }) => {
    const saveHandle = objects.at(-1) ?? named(firstHandle.transient)
    contexts.push((await client.run(ContextSave, { saveHandle }, {})).context)
  },
  saveSession: async ({ client, session, contexts }) => {
    contexts.push((await client.run(ContextSave, { saveHandle: session }, {})).context)
  },
  load: async ({ client, contexts }) => {
    const [context] = contexts
    if (context !== undefined) await client.run(ContextLoad, {}, { context })
  },
  flushObject: ({ client, objects }) =>
    client.run(FlushContext, {}, { flushHandle: objects.pop()?.handle ?? firstHandle.transient }),
  flushSession: ({ client, sessions }) =>
    client.run(FlushContext, {}, { flushHandle: sessions.pop()?.handle ?? firstHandle.hmacSession }),
  define: ({ client }) => client.run(NV_DefineSpace, { authHandle: owner }, { auth: empty, publicInfo: nvPublic }),
  write: ({ client }) => client.run(NV_Write, nv(false), { data: secret, offset: 0 }),
  read: ({ client }) => client.run(NV_Read, nv(true), { size: 3, offset: 0 }),
  platformAuth: ({ client }) =>
    client.run(HierarchyChangeAuth, { authHandle: byPassword(named(RH.platform)) }, { newAuth: secret }),
  endorsementOff: ({ client }) =>
    client.run(HierarchyControl, { authHandle: byPassword(named(RH.platform)) }, { enable: RH.endorsement, state: 0 }),
  slower: ({ client }) => client.run(ClockRateAdjust, { auth: owner }, { rateAdjust: -3 }),
  clock: ({ client }) => client.run(ReadClock, {}, {}),
  handles: ({ client }) =>
    client.run(GetCapability, {}, { capability: CAP.handles, property: firstHandle.hmacSession, propertyCount: 32 }),
  properties: ({ client }) =>
    client.run(GetCapability, {}, { capability: CAP.tpmProperties, property: PT.permanent, propertyCount: 32 }),
  shutdown: ({ client }) => client.run(Shutdown, {}, { shutdownType: SU.state }),
  launchStart: (desk) =>
    desk.pins((tpm) => {
      tpm.hashStart()
    }),
  launchData: (desk) =>
    desk.pins((tpm) => {
      tpm.hashData(secret)
    }),
  launchEnd: (desk) =>
    desk.pins((tpm) => {
      tpm.hashEnd()
    }),
  startHash: async ({ client, sequences }) => {
    const { handle } = await client.run(HashSequenceStart, {}, { auth: secret, hashAlg: ALG.sha384 })
    sequences.push(handle)
  },
  startEvent: async ({ client, sequences }) => {
    const { handle } = await client.run(HashSequenceStart, {}, { auth: secret, hashAlg: ALG.null })
    sequences.push(handle)
  },
  hash: (desk) => desk.client.run(SequenceUpdate, { sequenceHandle: desk.sequence }, { buffer: new Uint8Array(99) }),
  endHash: (desk) =>
    desk.client.run(SequenceComplete, { sequenceHandle: desk.sequence }, { buffer: secret, hierarchy: RH.owner }),
  endEvent: (desk) =>
    desk.client.run(
      EventSequenceComplete,
      { pcrHandle: byPassword(named(16)), sequenceHandle: desk.sequence },
      { buffer: secret },
    ),
  wait: (desk) => {
    for (const tpm of [desk.staying, desk.moving]) tpm.nowMs += 1777
    return Promise.resolve()
  },
}

async function take(desk: Desk, step: string): Promise<void> {
  try {
    await steps[step]?.(desk)
  } catch (error) {
    if (!(error instanceof TpmResponseError)) throw error
  }
}

const moved = 'moved'
const sequence = fc.array(fc.constantFrom(moved, moved, moved, ...Object.keys(steps)), { minLength: 10, maxLength: 40 })

describe('volatile state', () => {
  it('goes on elsewhere with the answers that it would have given', async () => {
    await fc.assert(
      fc.asyncProperty(sequence, async (names) => {
        const desk = new Desk()
        await desk.client.run(Startup, {}, { startupType: SU.clear })
        for (const name of ['startPolicy', 'primary', ...names, moved, 'handles', 'clock', 'readPcrs'])
          if (name === moved) desk.moving.move()
          else await take(desk, name)
      }),
      { numRuns: 60 },
    )
  })
})
