import { ALG, type AnyCommand, type HandleSlot, RH, type TPMT_PUBLIC } from '../../core/tpm/index.ts'
import type { Choices } from './choices.ts'
import type { World } from './world.ts'

const hierarchies = [RH.owner, RH.endorsement, RH.platform, RH.null, RH.lockout]
const pcrs = [16, 0, 7, 17, 20, 23]
const absent = [0x80000005, 0x81000009, 0x01500009, 0x02000009, 0x03000009, 0x40000000, 0x40000010, 24, RH.password]

type Trait = (publicArea: TPMT_PUBLIC) => boolean
const isParent: Trait = ({ objectAttributes }) => objectAttributes.restricted && objectAttributes.decrypt
const isSigner: Trait = ({ objectAttributes }) => objectAttributes.sign
const isOf =
  (type: number): Trait =>
  (publicArea) =>
    publicArea.type === type
const isSealed: Trait = ({ type, objectAttributes }) =>
  type === ALG.keyedhash && !objectAttributes.sign && !objectAttributes.decrypt

/** Which of the loaded objects a handle of a command is most likely for. */
const suiting: Readonly<Record<string, Trait>> = {
  parentHandle: isParent,
  newParentHandle: isParent,
  oldParent: isParent,
  newParent: isParent,
  tpmKey: isParent,
  signHandle: isSigner,
  authObject: isSigner,
  handle: isOf(ALG.keyedhash),
  itemHandle: isSealed,
  'Sign.keyHandle': isSigner,
  'VerifySignature.keyHandle': isSigner,
  'ActivateCredential.keyHandle': isParent,
  'MakeCredential.handle': isParent,
  'RSA_Encrypt.keyHandle': isOf(ALG.rsa),
  'RSA_Decrypt.keyHandle': isOf(ALG.rsa),
  'ECDH_KeyGen.keyHandle': isOf(ALG.ecc),
  'ECDH_ZGen.keyHandle': isOf(ALG.ecc),
  'EncryptDecrypt.keyHandle': isOf(ALG.symcipher),
  'EncryptDecrypt2.keyHandle': isOf(ALG.symcipher),
}

/** Whether the TPM holds something that each handle of a command could be. */
export const isPossible = (command: AnyCommand, world: World): boolean =>
  Object.values(command.handles as Readonly<Record<string, HandleSlot>>).every(
    (slot) => allowedFor(slot, world).length > 0,
  )

/** What the TPM holds that may stand in one place of a command; a sequence only where one is wanted. */
function allowedFor({ type }: HandleSlot, world: World): readonly number[] {
  const held = [...world.things.keys(), ...world.sessions.keys()].filter((handle) => {
    const isSequence = world.things.get(handle)?.name.length === 0
    return type.kind === 'sequence' ? isSequence : !isSequence || type.kind === 'context'
  })
  return [...held, ...hierarchies, ...pcrs].filter(type.allows)
}

/** A handle for one place of a command: nearly always of the right kind, most often of the right use. */
export function handleFor(command: AnyCommand, name: string, slot: HandleSlot, world: World, choices: Choices): number {
  if (choices.chance(3)) return choices.pick(absent)
  const allowed = allowedFor(slot, world)
  const suits = suiting[`${command.name}.${name}`] ?? suiting[name]
  const best = allowed.filter((handle) => {
    const area = world.things.get(handle)?.publicArea
    return area !== undefined && suits?.(area) === true
  })
  const from = best.length > 0 && !choices.chance(20) ? best : allowed
  return from.length > 0 ? choices.pick(from) : choices.pick(absent)
}
