/**
 * Writes what is derived: from proto/ the TypeScript types of every message and the descriptor as a constant, and the JSON
 * Schemas of the documents that people write.
 * `--check` writes nothing and exits 1 where the files on disk differ.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import protobuf from 'protobufjs'
import { bootTestsJsonSchema } from '../agent/boot/index.ts'
import {
  announcementJsonSchema,
  groupJsonSchema,
  policyJsonSchema,
  referenceValuesJsonSchema,
  signersJsonSchema,
} from '../core/policy/index.ts'
import { loaderOptions } from '../core/rpc/loader-options.ts'
import { reasonsPage } from './reasons-page.ts'

const target = 'core/rpc/generated'
const protos = readdirSync('proto/bootlatch/v1')
  .filter((name) => name.endsWith('.proto'))
  .sort()
  .map((name) => `bootlatch/v1/${name}`)

function generateTypes(directory: string): void {
  execFileSync(
    'node_modules/.bin/proto-loader-gen-types',
    [
      `--longs=${loaderOptions.longs.name}`,
      `--enums=${loaderOptions.enums.name}`,
      '--defaults',
      '--oneofs',
      '--includeComments',
      '--grpcLib=@grpc/grpc-js',
      '--importFileExtension=.ts',
      `--outDir=${directory}`,
      '--includeDirs=proto',
      '--',
      ...protos,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
}

function generateDescriptor(directory: string): void {
  const root = new protobuf.Root()
  root.resolvePath = (_origin, path) => `proto/${path}`
  root.loadSync(protos, { keepCase: false })
  const json = JSON.stringify(root.toJSON({ keepComments: false }), null, 2)
  writeFileSync(
    join(directory, 'descriptor.ts'),
    `/** The descriptor of proto/, as protobufjs writes it. */\nexport const descriptor: object = ${json}\n`,
  )
}

/** One door to all messages and enums; the four files of whole packages that the tool also writes are of no use here. */
function generateDoor(directory: string): void {
  for (const proto of protos) rmSync(join(directory, basename(proto).replace(/\.proto$/, '.ts')))
  const folder = join(directory, 'bootlatch/v1')
  const lines = readdirSync(folder)
    .sort()
    .map((file) => ({ file, name: basename(file, '.ts'), text: readFileSync(join(folder, file), 'utf8') }))
    .filter(({ text }) => !text.includes('ServiceDefinition'))
    .map(({ file, name, text }) => {
      const names = text.includes(`export const ${name} = `)
        ? `{ ${name}, type ${name}__Output }`
        : `type { ${name}, ${name}__Output }`
      return `export ${names} from './bootlatch/v1/${file}'`
    })
  writeFileSync(
    join(directory, 'messages.ts'),
    `/** The messages of bootlatch.v1: the plain name is what may be sent, \`…__Output\` what was received. */\n${lines.join('\n')}\n`,
  )
}

/** A unit test holds these against the code. */
function generateSchemas(): void {
  const schemas = {
    'boot-policy': policyJsonSchema(),
    group: groupJsonSchema(),
    announcement: announcementJsonSchema(),
    signers: signersJsonSchema(),
    'reference-values': referenceValuesJsonSchema(),
    'boot-tests': bootTestsJsonSchema(),
  }
  const files = Object.entries(schemas).map(([name, schema]) => {
    const file = `schema/${name}.schema.json`
    writeFileSync(file, JSON.stringify(schema, null, 2))
    return file
  })
  execFileSync('node_modules/.bin/prettier', ['--log-level', 'warn', '--write', ...files], { stdio: 'inherit' })
}

/** A unit test holds this against the code. */
function generateReasons(): void {
  writeFileSync('docs/reasons.md', reasonsPage())
}

function filesBelow(directory: string): ReadonlyMap<string, string> {
  if (!existsSync(directory)) return new Map()
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  return new Map(names.sort().map((name) => [name, readFileSync(join(directory, name), 'utf8')]))
}

const made = mkdtempSync(join(tmpdir(), 'bootlatch-generate-'))
try {
  generateTypes(made)
  generateDescriptor(made)
  generateDoor(made)
  if (process.argv.includes('--check')) {
    const [now, wanted] = [filesBelow(target), filesBelow(made)]
    const stale = [...new Set([...now.keys(), ...wanted.keys()])].filter((name) => now.get(name) !== wanted.get(name))
    if (stale.length > 0) {
      console.error(`${target} is not what proto/ says (run \`make generate\`): ${stale.join(', ')}`)
      process.exitCode = 1
    }
  } else {
    rmSync(target, { recursive: true, force: true })
    cpSync(made, target, { recursive: true })
    generateSchemas()
    generateReasons()
  }
} finally {
  rmSync(made, { recursive: true, force: true })
}
