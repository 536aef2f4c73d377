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
  'EncryptDecrypt.keyHandle': isOf(ALG.symcipher),
  'EncryptDecrypt2.keyHandle': isOf(ALG.symcipher),
}

/** Whether the TPM holds something that each handle of a command could be. */
export function isPossible(command: AnyCommand, world: World): boolean {
  const held = heldBy(world)
  return Object.values(command.handles as Readonly<Record<string, HandleSlot>>).every(({ type }) =>
    type.kind === 'sequence' ? held.some((handle) => isSequence(world, handle)) : held.some(type.allows),
  )
}

const isSequence = (world: World, handle: number): boolean => world.things.get(handle)?.name.length === 0
const heldBy = (world: World): readonly number[] => [
  ...world.things.keys(),
  ...world.sessions.keys(),
  ...hierarchies,
  ...pcrs,
]

/** A handle for one place of a command: nearly always of the right kind, most often of the right use. */
export function handleFor(command: AnyCommand, name: string, slot: HandleSlot, world: World, choices: Choices): number {
  if (choices.chance(3)) return choices.pick(absent)
  const allowed = heldBy(world).filter(slot.type.allows)
  const suits = suiting[`${command.name}.${name}`] ?? suiting[name]
  const best =
    slot.type.kind === 'sequence'
      ? allowed.filter((handle) => isSequence(world, handle))
      : allowed.filter((handle) => {
          const area = world.things.get(handle)?.publicArea
          return area !== undefined && suits?.(area) === true
        })
  const from = best.length > 0 && !choices.chance(20) ? best : allowed
  return from.length > 0 ? choices.pick(from) : choices.pick(absent)
}
