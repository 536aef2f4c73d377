import { encode } from './codec.ts'
import { ALG } from './constants/algorithms.ts'
import type { Random } from './ecc/scalar.ts'
import { digest, digestSize } from './hash.ts'
import { nameOf } from './names.ts'
import { sealOuter } from './outer-wrapper.ts'
import { shareSecret } from './secret-sharing.ts'
import { TPM2B_SENSITIVE, TPMA_OBJECT, TPMT_PUBLIC, type KeyedHashPublic } from './structures/index.ts'

const nameAlg = ALG.sha256
const empty = new Uint8Array(0)

/** What TPM2_Import takes (Part 3, 13.3); contents of the structures, without their sizes. */
export interface ImportBlob {
  /** TPMT_PUBLIC. */
  readonly objectPublic: Uint8Array
  readonly duplicate: Uint8Array
  readonly inSymSeed: Uint8Array
}

/**
 * Data in an object that only the TPM of `parent` can import, and that opens by `authPolicy` alone: no password, no moving
 * on to another TPM (Part 1, 23.3; the policy has no branch for TPM2_Duplicate).
 * @throws TypeError if `parent` is no storage key.
 */
export function sealForImport(request: {
  readonly parent: TPMT_PUBLIC
  readonly authPolicy: Uint8Array
  readonly data: Uint8Array
  readonly random: Random
}): ImportBlob {
  const { parent, authPolicy, data, random } = request
  const seedValue = random(digestSize(nameAlg))
  const publicArea: KeyedHashPublic = {
    type: ALG.keyedhash,
    nameAlg,
    objectAttributes: TPMA_OBJECT.of(),
    authPolicy,
    parameters: { scheme: { scheme: ALG.null } },
    // Part 1, 27.5.3.4: what joins public and sensitive area
    unique: digest(nameAlg, seedValue, data),
  }
  const sensitive = encode(TPM2B_SENSITIVE, {
    sensitiveType: ALG.keyedhash,
    authValue: empty,
    seedValue,
    sensitive: data,
  })
  const { seed, encrypted } = shareSecret(parent, 'DUPLICATE', random)
  const duplicate = sealOuter({ newParent: parent, seed, name: nameOf(publicArea) }, sensitive)
  for (const secret of [seedValue, sensitive, seed]) secret.fill(0)
  return { objectPublic: encode(TPMT_PUBLIC, publicArea), duplicate, inSymSeed: encrypted }
}
