import { expect } from 'chai'
import { join } from 'node:path'
import { type ClientBench, endBench, forgetLoaded, startBoth } from './each-tpm.ts'
import { type Outcome } from './programs.ts'

const program = join(import.meta.dirname, 'esapi/flows.py')
const flows = [
  'policy_digests',
  'keys_under_sessions',
  'sessions_beside',
  'trailing_zeros',
  'audit',
  'attestation',
  'nv_types',
  'nv_policies',
  'authorizations',
  'duplication',
  'sequences',
  'exchanges',
  'lockout',
] as const

/** Debian's Python has the bindings; another one on the path has not. */
const python = '/usr/bin/python3'

const told = ({ programs, tcti }: ClientBench, flow: string): Promise<Outcome> =>
  programs.with({ PYTHONDONTWRITEBYTECODE: '1' }).outcome(python, [program, tcti, flow])

describe("libtss2's ESAPI on bootlatch-agent tpm serve, held against swtpm", () => {
  let both: readonly ClientBench[] = []

  before(async () => {
    both = await startBoth()
  })

  after(async () => {
    for (const bench of both) await endBench(bench)
  })

  afterEach(async () => {
    for (const { programs } of both) {
      await forgetLoaded(programs)
      await programs.run('tpm2_pcrreset', '16')
      await programs.run('tpm2_clear', '-c', 'p')
    }
  })

  for (const flow of flows) {
    it(`is told the same of ${flow.replaceAll('_', ' ')}`, async () => {
      const [own, reference] = await Promise.all(both.map((bench) => told(bench, flow)))
      expect(own?.stdout).to.equal(reference?.stdout)
      expect(own?.stdout).to.contain(' ok')
      expect(own?.code, own?.stderr).to.equal(0)
    })
  }
})
