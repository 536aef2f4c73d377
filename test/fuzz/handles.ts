import { ALG, type AnyCommand, CC, type HandleSlot, NT, RH } from '../../core/tpm/index.ts'
import type { Choices } from './choices.ts'
import { parentKey, signerKey } from './effects.ts'
import { isPolicyOn } from './policies.ts'
import type { Thing, World } from './world.ts'

const hierarchies = [RH.owner, RH.endorsement, RH.platform, RH.null, RH.lockout]
const pcrs = [16, 0, 7, 17, 20, 23]
const absent = [0x80000005, 0x81000009, 0x01500009, 0x02000009, 0x03000009, 0x40000000, 0x40000010, 24, RH.password]

type Trait = (thing: Thing) => boolean
const isParent: Trait = ({ publicArea }) =>
  publicArea !== undefined && publicArea.objectAttributes.restricted && publicArea.objectAttributes.decrypt
const isSigner: Trait = ({ publicArea }) => publicArea?.objectAttributes.sign === true
const isMade: Trait = ({ publicArea }) => publicArea?.objectAttributes.fixedTPM === true
const isOf =
  (type: number): Trait =>
  ({ publicArea }) =>
    publicArea?.type === type
const isNt =
  (...kinds: readonly number[]): Trait =>
  ({ nvPublic }) =>
    nvPublic !== undefined && kinds.includes(nvPublic.attributes.nt)
const isUnder =
  (code: number): Trait =>
  ({ publicArea, nvPublic }) => {
    const area = publicArea ?? nvPublic
    return area !== undefined && area.nameAlg !== ALG.null && isPolicyOn(code, area.nameAlg, area.authPolicy)
  }
const isWritten: Trait = ({ nvPublic }) => nvPublic?.attributes.written === true
const isSealed: Trait = ({ publicArea }) =>
  publicArea?.type === ALG.keyedhash && !publicArea.objectAttributes.sign && !publicArea.objectAttributes.decrypt
const isDecryptingRsa: Trait = (thing) => isOf(ALG.rsa)(thing) && thing.publicArea?.objectAttributes.decrypt === true

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
  'RSA_Encrypt.keyHandle': isDecryptingRsa,
  'RSA_Decrypt.keyHandle': isDecryptingRsa,
  'EvictControl.objectHandle': isMade,
  'Duplicate.objectHandle': isUnder(CC.Duplicate),
  'NV_ChangeAuth.nvIndex': isUnder(CC.NV_ChangeAuth),
  'NV_UndefineSpaceSpecial.nvIndex': isUnder(CC.NV_UndefineSpaceSpecial),
  'ObjectChangeAuth.objectHandle': isUnder(CC.ObjectChangeAuth),
  'NV_Write.nvIndex': isNt(NT.ordinary, NT.pinFail, NT.pinPass),
  'NV_Read.nvIndex': isWritten,
  'NV_Certify.nvIndex': isWritten,
  'NV_Increment.nvIndex': isNt(NT.counter),
  'NV_SetBits.nvIndex': isNt(NT.bits),
  'NV_Extend.nvIndex': isNt(NT.extend),
  'PolicyNV.nvIndex': isWritten,
  'PolicyAuthorizeNV.nvIndex': isWritten,
  'ECDH_KeyGen.keyHandle': isOf(ALG.ecc),
  'ECDH_ZGen.keyHandle': isOf(ALG.ecc),
  'EncryptDecrypt.keyHandle': isOf(ALG.symcipher),
  'EncryptDecrypt2.keyHandle': isOf(ALG.symcipher),
}

const ownHandles: Readonly<Record<string, string>> = { Load: parentKey, VerifySignature: signerKey }

/** What earlier answers must have given. */
const needs: Readonly<Record<string, string>> = {
  Load: 'TPM2B_PRIVATE',
  ContextLoad: 'TPMS_CONTEXT',
  VerifySignature: 'TPMT_SIGNATURE',
  CertifyCreation: 'TPMT_TK_CREATION',
  ActivateCredential: 'TPM2B_ID_OBJECT',
  ECDH_ZGen: 'TPM2B_ECC_POINT',
}

/** Whether the TPM holds something of use for each handle of a command. */
export const isPossible = (command: AnyCommand, world: World): boolean =>
  (needs[command.name] === undefined || world.known(needs[command.name] ?? '').length > 0) &&
  slotsOf(command).every(
    ([name, slot]) =>
      allowedFor(slot, world).length > 0 &&
      (suitOf(command, name) === undefined ||
        slot.type.allows(RH.null) ||
        bestFor(command, name, slot, world).length > 0),
  )

const slotsOf = (command: AnyCommand): readonly (readonly [string, HandleSlot])[] =>
  Object.entries(command.handles as Readonly<Record<string, HandleSlot>>)
const suitOf = (command: AnyCommand, name: string): Trait | undefined =>
  suiting[`${command.name}.${name}`] ?? suiting[name]

function bestFor(command: AnyCommand, name: string, slot: HandleSlot, world: World): readonly number[] {
  const suits = suitOf(command, name)
  return allowedFor(slot, world).filter((handle) => {
    const thing = world.things.get(handle)
    return thing !== undefined && suits?.(thing) === true
  })
}

/** What the TPM holds that may stand in one place of a command; a sequence only where one is wanted. */
function allowedFor({ type }: HandleSlot, world: World): readonly number[] {
  const held = [...world.things.keys(), ...world.sessions.keys()].filter((handle) => {
    const isSequence = world.things.get(handle)?.name.length === 0
    return type.kind === 'sequence' ? isSequence : !isSequence || type.kind === 'context'
  })
  return [...held, ...hierarchies, ...pcrs].filter(type.allows)
}

/** A handle for each place of a command: nearly always of the right kind, most often of the right use. */
export function handlesFor(command: AnyCommand, world: World, choices: Choices): readonly number[] {
  const drawn = new Map(slotsOf(command).map(([name, slot]) => [name, handleFor(command, name, slot, world, choices)]))
  const index = drawn.get('nvIndex')
  // Most indices are opened by themselves
  const opensItself = slotsOf(command).some(([, { type }]) => type.kind === 'nvAuth')
  if (index !== undefined && opensItself && !choices.chance(40)) drawn.set('authHandle', index)
  // A key is loaded under its own parent, and a signature verified by the key that made it
  const own = ownHandles[command.name]
  const known = own === undefined ? undefined : world.together.get(own)
  if (own !== undefined && typeof known === 'number' && !choices.chance(5)) drawn.set(own, known)
  return [...drawn.values()]
}

function handleFor(command: AnyCommand, name: string, slot: HandleSlot, world: World, choices: Choices): number {
  if (choices.chance(3)) return choices.pick(absent)
  const best = bestFor(command, name, slot, world)
  const from = best.length > 0 && !choices.chance(15) ? best : allowedFor(slot, world)
  return from.length > 0 ? choices.pick(from) : choices.pick(absent)
}
