import { Writer } from '../../../core/bytes/index.ts'
import { type AnyCommand, type HandleSlot, RH, ST } from '../../../core/tpm/index.ts'

/** A handle of every range, there and not there, as the stage of the test sets them up. */
export const handles = {
  pcr: 0,
  noPcr: 24,
  nvIndex: 0x01500001,
  noNvIndex: 0x01500099,
  hmacSession: 0x02000000,
  noHmacSession: 0x02000005,
  hmacSessionOutOfRange: 0x02000099,
  hmacSessionAsPolicy: 0x03000000,
  policySession: 0x03000001,
  trialSession: 0x03000002,
  noPolicySession: 0x03000007,
  owner: RH.owner,
  null: RH.null,
  lockout: RH.lockout,
  endorsement: RH.endorsement,
  platform: RH.platform,
  platformNv: RH.platformNv,
  unassigned: RH.unassigned,
  password: RH.password,
  firstPermanent: 0x40000000,
  vendor: 0x40000020,
  timer: 0x40000110,
  key: 0x80000000,
  sequence: 0x80000001,
  noObject: 0x80000002,
  objectOutOfRange: 0x80000009,
  noPersistentObject: 0x81000005,
  noPlatformObject: 0x81800005,
  unknownType: 0x04000000,
  attachedComponent: 0x90000000,
  lastType: 0xff000000,
} as const

/** Which handle fits a slot, the first that is there. */
const fitting = [
  'key',
  'owner',
  'nvIndex',
  'pcr',
  'policySession',
  'hmacSession',
  'platform',
  'endorsement',
  'lockout',
] as const

const slotsOf = (command: AnyCommand): readonly HandleSlot[] =>
  Object.values(command.handles as Readonly<Record<string, HandleSlot>>)

/** Handles that the stage has, one for each slot. */
export function goodHandles(command: AnyCommand): readonly number[] {
  return slotsOf(command).map(({ type }) => {
    const name = type.kind === 'sequence' ? 'sequence' : fitting.find((each) => type.allows(handles[each]))
    if (name === undefined) throw new TypeError(`nothing on the stage fits ${command.name}`)
    return handles[name]
  })
}

const roles = (command: AnyCommand): number => slotsOf(command).filter(({ role }) => role !== undefined).length

interface Area {
  readonly handle?: number
  readonly nonce?: Uint8Array
  readonly attributes?: number
  readonly auth?: Uint8Array
}
const empty = new Uint8Array(0)
const continueSession = 1

function authorization({
  handle = RH.password,
  nonce = empty,
  attributes = continueSession,
  auth = empty,
}: Area): Uint8Array {
  const to = new Writer().u32(handle).u16(nonce.length).bytes(nonce)
  return to.u8(attributes).u16(auth.length).bytes(auth).done()
}
const password = authorization({})
const attributes = { exclusive: 0x02, reset: 0x04, reserved: 0x08, decrypt: 0x20, encrypt: 0x40, audit: 0x80 } as const
const everything = Object.entries(attributes).reduce((sum, [name, bit]) => sum + (name === 'reserved' ? 0 : bit), 1)
const hmac = (bits = 0): Uint8Array =>
  authorization({ handle: handles.hmacSession, attributes: continueSession + bits })

/** Authorization areas, right and wrong; each also comes behind as many passwords as the command asks for. */
const areas: readonly (readonly [name: string, ...authorizations: readonly Uint8Array[]])[] = [
  ['no authorization'],
  ['a password', password],
  ['two passwords', password, password],
  ['three passwords', password, password, password],
  ['four passwords', password, password, password, password],
  ['a wrong password', authorization({ auth: new TextEncoder().encode('wrong') })],
  ['a password with an attribute', authorization({ attributes: continueSession + attributes.decrypt })],
  ['a password with a nonce', authorization({ nonce: Uint8Array.of(1) })],
  ['a password that ends', authorization({ attributes: 0 })],
  ['a session', hmac()],
  ['a session that decrypts', hmac(attributes.decrypt)],
  ['a session that encrypts', hmac(attributes.encrypt)],
  ['a session that audits', hmac(attributes.audit)],
  ['a session that wants to be exclusive', hmac(attributes.audit + attributes.exclusive)],
  ['a session that is exclusive without an audit', hmac(attributes.exclusive)],
  ['a session with a reserved bit', hmac(attributes.reserved)],
  ['a session for everything', hmac(everything - continueSession)],
  ['a password and a session for nothing', password, hmac()],
  ['a password and a session that audits', password, hmac(attributes.audit)],
  ['the same session twice', hmac(attributes.audit), hmac(attributes.audit)],
  ['a policy', authorization({ handle: handles.policySession })],
  ['a policy that audits', authorization({ handle: handles.policySession, attributes: 1 + attributes.audit })],
  ['a trial', authorization({ handle: handles.trialSession })],
  ['a session that is not there', authorization({ handle: handles.noHmacSession })],
  ['a session out of range', authorization({ handle: handles.hmacSessionOutOfRange })],
  ['a session of the other type', authorization({ handle: handles.hmacSessionAsPolicy })],
  ['a hierarchy as a session', authorization({ handle: RH.owner })],
  ['a nonce that is too long', authorization({ handle: handles.hmacSession, nonce: new Uint8Array(65) })],
  ['an area that is cut', password, Uint8Array.of(0x40, 0)],
]

/** Areas whose size is wrong. */
const sizes: readonly (readonly [name: string, area: Uint8Array])[] = [
  ['an area without a size', Uint8Array.of(0, 0)],
  ['an area of no size', new Writer().u32(0).done()],
  ['an area that is too short', new Writer().u32(8).bytes(password.slice(1)).done()],
  ['an area beyond the end', new Writer().u32(0xffff).bytes(password).done()],
]

function frame(command: AnyCommand, tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const to = new Writer().u16(tag).u32(0).u32(command.code)
  for (const part of parts) to.bytes(part)
  to.patchU32(2, to.size)
  return to.done()
}

function words(values: readonly number[]): Uint8Array {
  const to = new Writer()
  for (const value of values) to.u32(value)
  return to.done()
}

function sized(authorizations: readonly Uint8Array[]): Uint8Array {
  const to = new Writer().u32(0)
  for (const each of authorizations) to.bytes(each)
  to.patchU32(0, to.size - 4)
  return to.done()
}

export type NamedCommand = readonly [name: string, bytes: Uint8Array]

/** The command with every handle in every place, authorized and not, and with some of its handles alone. */
export function wrongHandles(command: AnyCommand): readonly NamedCommand[] {
  const good = goodHandles(command)
  const area = roles(command) === 0 ? undefined : sized(Array.from({ length: roles(command) }, () => password))
  const authorized = (list: readonly number[]): Uint8Array =>
    area === undefined ? frame(command, ST.noSessions, words(list)) : frame(command, ST.sessions, words(list), area)
  return good.flatMap((_, place) => [
    [`${place} handles`, frame(command, ST.noSessions, words(good.slice(0, place)), Uint8Array.of(0, 0))] as const,
    ...Object.entries(handles).flatMap(([name, handle]) => {
      const list = good.map((each, at) => (at === place ? handle : each))
      return [
        [`${name} as handle ${place}`, authorized(list)] as const,
        [`${name} as handle ${place}, not authorized`, frame(command, ST.noSessions, words(list))] as const,
      ]
    }),
  ])
}

/** The command with every authorization area. */
export function wrongSessions(command: AnyCommand): readonly NamedCommand[] {
  const list = words(goodHandles(command))
  const passwords = Array.from({ length: roles(command) }, () => password)
  return [
    ['no sessions', frame(command, ST.noSessions, list)],
    ...areas.flatMap(([name, ...authorizations]) => [
      [name, frame(command, ST.sessions, list, sized(authorizations))] as const,
      [
        `${name} behind the passwords`,
        frame(command, ST.sessions, list, sized([...passwords, ...authorizations])),
      ] as const,
    ]),
    ...sizes.map(([name, area]) => [name, frame(command, ST.sessions, list, area)] as const),
  ]
}

/** Parameters of nothing but one byte, many times: every size, selector and enumeration is wrong in its own way. */
export function wrongParameters(command: AnyCommand): readonly NamedCommand[] {
  const list = words(goodHandles(command))
  const passwords = sized(Array.from({ length: roles(command) }, () => password))
  const tag = roles(command) === 0 ? ST.noSessions : ST.sessions
  const area = roles(command) === 0 ? empty : passwords
  return [0x00, 0x01, 0x7f, 0xff].flatMap((byte) =>
    [1, 2, 3, 4, 6, 8, 11, 16, 24, 40, 100].map(
      (length) =>
        [`${length} bytes of ${byte}`, frame(command, tag, list, area, new Uint8Array(length).fill(byte))] as const,
    ),
  )
}
