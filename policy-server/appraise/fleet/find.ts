import { RpcError } from '../../../core/rpc/index.ts'
import { parse as parseUuid, validate as isUuid } from 'uuid'
import { findMachine, machineNamed, type Row, type Tx } from '../../store/index.ts'

/**
 * The machine that an operator means: its name, or its id in the usual form.
 * @throws RpcError `machine/unknown`.
 */
export async function machineMeant(tx: Tx, reference: string): Promise<Row<'machines'>> {
  const byName = await machineNamed(tx, reference)
  const machine =
    byName ?? (isUuid(reference) ? await findMachine(tx, Uint8Array.from(parseUuid(reference))) : undefined)
  if (machine === undefined) throw new RpcError('machine/unknown')
  return machine
}
