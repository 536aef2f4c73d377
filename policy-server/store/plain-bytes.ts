import type {
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  UnknownRow,
} from 'kysely'

const plain = (value: unknown): unknown => (Buffer.isBuffer(value) ? new Uint8Array(value) : value)

/** Engines answer Buffer; inside the server bytes are Uint8Array. */
export class PlainBytes implements KyselyPlugin {
  transformQuery(args: PluginTransformQueryArgs): RootOperationNode {
    return args.node
  }

  transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    const rows = result.rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])),
    )
    return Promise.resolve({ ...result, rows })
  }
}
