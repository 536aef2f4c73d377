import { z } from 'zod'
import { fromHex, toHex, WireError } from '../../core/bytes/index.ts'
import { formatUuid, parseUuid } from './uuid.ts'

/** Who the machine is, and to which server it belongs. */
export interface MachineIdentity {
  readonly machineId: Uint8Array
  readonly machineName: string
  /** SHA-256 of the SPKI of the server's CA. */
  readonly serverId: Uint8Array
  /** host:port of the main listener. */
  readonly mainAddress: string
}

const format = 'bootlatch-machine-v1'
const identityJson = z.strictObject({
  format: z.literal(format),
  machineId: z.guid(),
  machineName: z.string().min(1).max(253),
  serverId: z.string().regex(/^[0-9a-f]{64}$/),
  mainAddress: z.string().min(1).max(260),
})

/** Form of machine.json. */
export function encodeIdentity({ machineId, machineName, serverId, mainAddress }: MachineIdentity): Uint8Array {
  const fields = { format, machineId: formatUuid(machineId), machineName, serverId: toHex(serverId), mainAddress }
  return new TextEncoder().encode(`${JSON.stringify(fields, undefined, 2)}\n`)
}

/** @throws WireError naming the field. */
export function decodeIdentity(bytes: Uint8Array): MachineIdentity {
  const parsed = identityJson.safeParse(parseJson(bytes))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new WireError(issue?.message ?? 'malformed', ['machine.json', ...(issue?.path.map(String) ?? [])])
  }
  const { machineId, machineName, serverId, mainAddress } = parsed.data
  return { machineId: parseUuid(machineId), machineName, serverId: fromHex(serverId), mainAddress }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new WireError('not JSON', ['machine.json'], { cause })
  }
}
