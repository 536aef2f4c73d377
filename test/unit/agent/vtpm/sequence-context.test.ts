import { expect } from 'chai'
import { ResumableCmac } from '../../../../agent/vtpm/encryption/resumable-cmac.ts'
import { ResumableHash } from '../../../../agent/vtpm/hashing/resumable-hash.ts'
import { decodeSequence, encodeSequence } from '../../../../agent/vtpm/objects/sequence-context.ts'
import type { SavedSequence } from '../../../../agent/vtpm/state/sequence-object.ts'
import { WireError } from '../../../../core/bytes/index.ts'
import { ALG, encode, hashAlgorithms, struct, TPM2B_IV, TPM2B_SYM_KEY } from '../../../../core/tpm/index.ts'

type Part = SavedSequence['parts'][number]

const hash = (algorithm: number): Part => ({ algorithm, state: new ResumableHash(algorithm).save() })
const all = hashAlgorithms.map(({ id }) => hash(id))
const [sha1, sha256] = [hash(ALG.sha1), hash(ALG.sha256)]
const aes = { algorithm: ALG.aes, state: new ResumableCmac(ALG.aes, new Uint8Array(16)).save() }
const saved = (type: SavedSequence['type'], ...parts: readonly Part[]): SavedSequence => ({
  type,
  authValue: Uint8Array.of(1),
  safety: 'unknown',
  parts,
})

describe('a saved sequence', () => {
  for (const sequence of [saved('hash', sha256), saved('hmac', sha1, sha1), saved('event', ...all), saved('cmac', aes)])
    it(`comes back: ${sequence.type}`, () => {
      expect(decodeSequence(encodeSequence(sequence))).to.deep.equal(sequence)
    })

  const odd: readonly (readonly [name: string, sequence: SavedSequence])[] = [
    ['a hash without a part', saved('hash')],
    ['a hash of two', saved('hash', sha256, sha256)],
    ['a hash by a cipher', saved('hash', aes)],
    ['an HMAC of one', saved('hmac', sha1)],
    ['an HMAC of two algorithms', saved('hmac', sha1, sha256)],
    ['an HMAC by a cipher', saved('hmac', aes, aes)],
    ['an event without a part', saved('event')],
    ['an event that lacks a bank', saved('event', ...all.slice(1))],
    ['a CMAC by a hash', saved('cmac', sha256)],
    ['a CMAC of two', saved('cmac', aes, aes)],
  ]
  for (const [name, sequence] of odd)
    it(`is refused: ${name}`, () => {
      expect(() => decodeSequence(encodeSequence(sequence))).to.throw(WireError, 'parts: ')
    })
})

describe('a saved CMAC', () => {
  const state = struct('cmac', { key: TPM2B_SYM_KEY, chained: TPM2B_IV, waiting: TPM2B_IV })
  for (const [name, algorithm, key, chained, waiting] of [
    ['no key', ALG.aes, 0, 16, 0],
    ['a key of another cipher', ALG.camellia, 24, 16, 0],
    ['another block before', ALG.aes, 16, 8, 0],
    ['more than a block that waits', ALG.tdes, 16, 8, 9],
  ] as const)
    it(`is refused with ${name}`, () => {
      const bytes = encode(state, {
        key: new Uint8Array(key),
        chained: new Uint8Array(chained),
        waiting: new Uint8Array(waiting),
      })
      expect(() => ResumableCmac.restored(algorithm, bytes)).to.throw(WireError, 'cmac: ')
    })
})
