import { RpcError } from '../../core/rpc/index.ts'

/** The code of the RpcError that a piece of work fails with. */
export async function failureCode(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof RpcError) return error.code
    throw error
  }
  return 'nothing failed'
}
