/**
 * The arrows of the architecture. `uses(a, [b])`: what lies in a may import b, and nothing else of the project.
 * A folder's only door is its index.ts; tests, the demo and benchmarks may look inside.
 */
const parts = {
  'core/bytes': [],
  'core/document': [],
  'core/tpm': ['core/bytes'],
  'core/keys': ['core/bytes'],
  'core/signing': ['core/bytes'],
  'core/eventlog': ['core/bytes', 'core/tpm'],
  'core/pki': ['core/bytes', 'core/tpm'],
  'core/boot': ['core/bytes', 'core/document', 'core/eventlog'],
  'core/evidence': ['core/bytes', 'core/tpm', 'core/eventlog', 'core/pki'],
  'core/policy': ['core/bytes', 'core/document', 'core/tpm', 'core/eventlog', 'core/evidence', 'core/signing'],
  'core/rpc': ['core/bytes', 'core/evidence', 'core/policy', 'core/keys'],
  'agent/vtpm': ['core/'],
  'agent/': ['core/', 'agent/'],
  'policy-server/': ['core/', 'policy-server/'],
  'cli/': ['core/', 'cli/'],
}

const uses = Object.entries(parts).map(([part, allowed]) => ({
  name: `arrow-${part.replaceAll('/', '-').replace(/-$/, '')}`,
  comment: `${part} may import only: ${allowed.join(', ') || 'nothing of the project'}`,
  severity: 'error',
  from: { path: `^${part}` },
  to: {
    path: '^(core|agent|policy-server|cli|test|demo|bench|scripts)/',
    pathNot: [
      `^${part}`,
      ...allowed.map((a) => `^${a}`),
      ...(part === 'cli/' ? ['^agent/(boot|vtpm)/index\\.ts$'] : []),
    ],
  },
}))

module.exports = {
  forbidden: [
    ...uses,
    {
      name: 'cli-loads-agent-lazily',
      comment: 'the command line starts without the emulator: import() where a command needs it',
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: '^agent/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    {
      name: 'one-door',
      comment: 'import a folder by its index.ts',
      severity: 'error',
      from: { path: '^(core|agent|policy-server|cli)/([^/]+)' },
      to: {
        path: '^(core|agent|policy-server)/[^/]+/.+',
        pathNot: ['^(core|agent|policy-server)/[^/]+/index\\.ts$', '^$1/$2/'],
      },
    },
    {
      name: 'one-proto-loader',
      severity: 'error',
      from: { path: '^(core|agent|policy-server|cli)/', pathNot: '^core/rpc/' },
      to: { path: 'node_modules/@grpc/proto-loader' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
}
