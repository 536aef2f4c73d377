import { rmSync } from 'node:fs'
import { equalInConstantTime, WireError } from '../../core/bytes/index.ts'
import type { StateKey } from '../../core/keys/index.ts'
import { ALG, ekTemplates, foreignAkTemplate, TpmClient, type Transport } from '../../core/tpm/index.ts'
import { openTpm, type TpmAddress } from '../boot/index.ts'
import { StateFile } from '../vtpm/index.ts'
import { decodeForeignState, encodeForeignState, type ForeignState } from './foreign-state.ts'
import { ForeignTpmError } from './foreign-tpm-error.ts'
import { startUp } from './power.ts'
import { createPrimary, flush } from './primary-key.ts'
import type { PoweredTpm, TpmHost } from './tpm-host.ts'

/** Works with the TPM at an address, and lets go of it. @throws TransportError */
export async function withForeignTpm<Result>(
  address: TpmAddress,
  work: (tpms: TpmHost, transport: Transport) => Promise<Result>,
): Promise<Result> {
  const { transport } = await openTpm(address)
  try {
    return await work(foreignTpmHost(transport), transport)
  } finally {
    await transport.close()
  }
}

/**
 * A TPM that firmware has started and others go on using: a hypervisor's, a provider's, a chip's. Its state is its own affair.
 * The state file says which TPM it is, and goes from generation to generation like that of our own: so an older copy of the
 * machine's folder is still seen as what it is.
 */
export function foreignTpmHost(transport: Transport): TpmHost {
  const tpm: PoweredTpm = {
    transport,
    atLocality: () => transport,
    reset: () => Promise.reject(new ForeignTpmError('only its firmware resets this TPM')),
    close: () => Promise.resolve(),
  }
  return {
    isForeign: true,
    akTemplate: foreignAkTemplate,

    async manufacture(path, header) {
      const state = encodeForeignState({ ekName: await ekName(transport) })
      rmSync(path, { force: true })
      StateFile.create(path, header, state).close()
      return tpm
    },

    async open(path, keys, next) {
      const file = openFile(path, keys)
      try {
        const enrolled = foreignStateOf(file)
        if (!equalInConstantTime(enrolled.ekName, await ekName(transport)))
          throw new ForeignTpmError('this TPM is not the one that the machine was enrolled with')
        if (file.generation !== next.generation) file.rekey(next.key, next.generation)
        return tpm
      } finally {
        file.close()
      }
    },

    remake: () => Promise.reject(keysStay()),
    stateOf: () => Promise.reject(keysStay()),
    peek: (path) => StateFile.peek(path),
  }
}

const keysStay = () =>
  new ForeignTpmError(
    'only a TPM of the agent gets new keys: remove this machine from the policy server and invite it anew',
  )

function openFile(path: string, keys: readonly StateKey[]): StateFile {
  return StateFile.open(path, new Map(keys.map(({ generation, key }) => [generation, key])))
}

function foreignStateOf(file: StateFile): ForeignState {
  try {
    return decodeForeignState(file.load())
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause
    throw new ForeignTpmError("the machine was enrolled with the agent's own TPM, not with this one", { cause })
  }
}

/** Made on a curve, which a TPM does in no time; the seed that determines it is the one of all other EKs. */
async function ekName(transport: Transport): Promise<Uint8Array> {
  const template = ekTemplates.find((ek) => ek.template.type === ALG.ecc)?.template
  if (template === undefined) throw new TypeError('no EK on a curve')
  const tpm = new TpmClient(transport)
  await startUp(tpm)
  const ek = await createPrimary(tpm, template)
  await flush(tpm, ek)
  return ek.name
}
