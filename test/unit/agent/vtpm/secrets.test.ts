import { expect } from 'chai'
import { defaultProfile } from '../../../../agent/vtpm/index.ts'
import { implement } from '../../../../agent/vtpm/implement.ts'
import type { RsaWork } from '../../../../agent/vtpm/keys/rsa-work.ts'
import { findPersistent, putPersistent, removePersistent } from '../../../../agent/vtpm/state/persistent-objects.ts'
import { putNvIndex, removeNvIndices } from '../../../../agent/vtpm/state/nv-space.ts'
import { hierarchySecrets, manufacturedState, SHUTDOWN } from '../../../../agent/vtpm/state/persistent-state.ts'
import { save } from '../../../../agent/vtpm/state/shutdown-state.ts'
import { TpmState } from '../../../../agent/vtpm/state/tpm-state.ts'
import { MemoryStorage } from '../../../../agent/vtpm/storage/memory-storage.ts'
import { command, RH, TPM2B_AUTH, TPM2B_DATA, TPMA_NV } from '../../../../core/tpm/index.ts'
import { hmacKey } from '../../../conformance/external-keys.ts'
import { random } from './bench.ts'

const filled = (size: number): Uint8Array => new Uint8Array(size).fill(7)
const zeros = (size: number): Uint8Array => new Uint8Array(size)
const handle = 0x81000001

function newState(): TpmState {
  const parts = { storage: new MemoryStorage(), random, nonces: { draw: random }, clock: () => 0 }
  return new TpmState({ ...parts, profile: defaultProfile, work: {} as RsaWork }, manufacturedState(random))
}

function withObject(tpm: TpmState) {
  const { publicArea, sensitive } = hmacKey(filled(32))
  const secrets = { ...sensitive, authValue: filled(8), seedValue: filled(32) }
  putPersistent(tpm, { handle, hierarchy: RH.owner, publicArea, sensitive: secrets, qualifiedName: filled(34) })
  const loaded = findPersistent(tpm, handle)
  return () => [secrets.authValue, secrets.seedValue, secrets.sensitive, loaded?.sensitive?.sensitive]
}
const erased = [zeros(8), zeros(32), zeros(32), zeros(32)]

function withIndex(tpm: TpmState) {
  const attributes = TPMA_NV.of('ownerRead')
  const nvPublic = { nvIndex: 0x01500001, nameAlg: 0x000b, attributes, authPolicy: filled(0), dataSize: 8 }
  const index = { nvPublic, authValue: filled(4), contents: filled(8) }
  putNvIndex(tpm, index)
  return () => [index.authValue, index.contents]
}

describe('secrets that are no longer needed', () => {
  it('are zeroed when a persistent object is removed, those of others stay', () => {
    const tpm = newState()
    const secrets = withObject(tpm)
    removePersistent(tpm, (object) => object.handle !== handle)
    expect(secrets()).to.deep.equal([filled(8), filled(32), filled(32), filled(32)])
    removePersistent(tpm, (object) => object.handle === handle)
    expect(secrets()).to.deep.equal(erased)
  })

  it('are zeroed when an NV index is removed', () => {
    const tpm = newState()
    const held = withIndex(tpm)
    removeNvIndices(tpm, () => true)
    expect(held()).to.deep.equal([zeros(4), zeros(8)])
  })

  it('are zeroed when what a Shutdown kept is outdated', () => {
    const tpm = newState()
    tpm.isStarted = true
    tpm.changeReset({ platformAuth: filled(5) })
    const saved = save(tpm)
    tpm.persist({ lastShutdown: SHUTDOWN.state, saved })
    tpm.outdateShutdown()
    expect([saved.nullSeed, saved.platformAuth]).to.deep.equal([zeros(64), zeros(5)])
    expect(tpm.reset.platformAuth).to.deep.equal(filled(5))
  })

  it('are zeroed when the power goes', () => {
    const tpm = newState()
    const [object, index] = [withObject(tpm), withIndex(tpm)]
    const { persistent, reset } = tpm
    tpm.erase()
    expect(object()).to.deep.equal(erased)
    expect(index()).to.deep.equal([zeros(4), zeros(8)])
    for (const name of hierarchySecrets) expect(persistent[name], name).to.deep.equal(zeros(64))
    expect([reset.nullSeed, reset.nullProof]).to.deep.equal([zeros(64), zeros(64)])
  })

  describe('among the parameters of a command', () => {
    const declaration = command('Keep', 0x1ff, {
      parameters: { auth: TPM2B_AUTH, outsideInfo: TPM2B_DATA },
      attributes: { long: true },
    })
    const call = () => ({ parameters: { auth: filled(4), outsideInfo: filled(4) } })
    const after = [zeros(4), filled(4)]
    const seen = ({ parameters }: ReturnType<typeof call>) => [parameters.auth, parameters.outsideInfo]

    it('are zeroed behind its handler', () => {
      const given = call()
      implement(declaration, () => ({})).run(newState(), given as never)
      expect(seen(given)).to.deep.equal(after)
    })

    it('are zeroed where it refuses', () => {
      const given = call()
      const { run } = implement(declaration, ({ isStarted }) => {
        throw new TypeError(`refused ${isStarted}`)
      })
      expect(() => run(newState(), given as never)).to.throw(TypeError)
      expect(seen(given)).to.deep.equal(after)
    })

    it('are there until its last step, and zeroed behind it', async () => {
      const given = call()
      const { run } = implement(declaration, (_, { parameters }) =>
        Promise.resolve(() => {
          expect(parameters.auth).to.deep.equal(filled(4))
          return {}
        }),
      )
      const last = await (run(newState(), given as never) as Promise<() => object>)
      expect(seen(given)).to.not.deep.equal(after)
      last()
      expect(seen(given)).to.deep.equal(after)
    })

    it('are zeroed where its work fails', async () => {
      const given = call()
      const { run } = implement(declaration, () => Promise.reject(new TypeError('no primes')))
      const failed = await (run(newState(), given as never) as Promise<unknown>).then(
        () => false,
        () => true,
      )
      expect([failed, ...seen(given)]).to.deep.equal([true, ...after])
    })
  })
})
