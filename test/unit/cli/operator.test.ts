import { inspect } from 'node:util'
import { expect } from 'chai'
import { operatorPath, readOperator } from '../../../cli/operator.ts'
import { Bench, nowMs } from './bench.ts'

describe('operator bundle', () => {
  let bench: Bench
  before(async () => {
    bench = await Bench.create()
  })
  after(() => {
    bench.close()
  })

  it('is looked for in the option, the environment, the configuration folder', () => {
    expect(operatorPath('a', { BOOTLATCH_OPERATOR: 'b' })).to.equal('a')
    expect(operatorPath(undefined, { BOOTLATCH_OPERATOR: 'b' })).to.equal('b')
    expect(operatorPath(undefined, { HOME: '/h' })).to.equal('/h/.config/bootlatch/operator.json')
    expect(operatorPath(undefined, { HOME: '/h', XDG_CONFIG_HOME: '/x' })).to.equal('/x/bootlatch/operator.json')
  })

  it('shows nothing of its key', async () => {
    const operator = await readOperator(bench.operator, Date.now())
    for (const text of [inspect(operator, { depth: 9, showHidden: true }), JSON.stringify(operator)]) {
      expect(text).to.not.contain('PRIVATE KEY').and.not.contain('BEGIN')
    }
  })

  const refusals: { name: string; given: () => string | Promise<string>; mode?: number; code: string; says: RegExp }[] =
    [
      {
        name: 'a key that others can read',
        given: () => bench.bundle(),
        mode: 0o640,
        code: 'operator/exposed',
        says: /mode 640/,
      },
      { name: 'what is not JSON', given: () => 'key: secret', code: 'operator/malformed', says: /not JSON/ },
      { name: 'an unknown key', given: () => bench.bundle({ extra: 1 }), code: 'operator/malformed', says: /extra/ },
      {
        name: 'another format',
        given: () => bench.bundle({ format: 'v2' }),
        code: 'operator/malformed',
        says: /format/,
      },
      {
        name: 'no port',
        given: () => bench.bundle({ address: 'host' }),
        code: 'operator/malformed',
        says: /address.*host:port/,
      },
      {
        name: 'a certificate that is none',
        given: () => bench.bundle({ anchor: 'x' }),
        code: 'operator/malformed',
        says: /cannot be read/,
      },
      { name: 'endless text', given: () => 'x'.repeat(70_000), code: 'operator/malformed', says: /too large/ },
      {
        name: 'the key of another certificate',
        given: async () => bench.bundle({ key: (await bench.authority.issue({ name: 'x', usage: 'client' })).key }),
        code: 'operator/malformed',
        says: /does not belong/,
      },
      {
        name: 'an expired certificate',
        given: async () => {
          const notBefore = new Date(nowMs - 2000)
          return bench.bundle(
            await bench.authority.issue({ name: 'x', usage: 'client', notBefore, notAfter: new Date(nowMs - 1000) }),
          )
        },
        code: 'operator/expired',
        says: /expired on \d{4}-\d\d-\d\dT/,
      },
    ]
  for (const { name, given, mode, code, says } of refusals) {
    it(`refuses ${name}`, async () => {
      const path = bench.file('bad.json', await given(), mode)
      const { exit, out, err } = await bench.run(`machine list --json --operator ${path}`)
      expect(exit).to.equal(1)
      expect(out).to.equal('')
      const { error } = JSON.parse(err) as { error: { code: string; message: string } }
      expect(error.code).to.equal(code)
      expect(error.message).to.match(says).and.contain(path)
      expect(err).to.not.contain('PRIVATE KEY')
    })
  }

  it('reminds of a certificate that expires soon', async () => {
    const notAfter = new Date(nowMs + 5 * 86_400_000 + 1000)
    const issued = await bench.authority.issue({ name: 'x', usage: 'client', notAfter })
    const path = bench.file('soon.json', bench.bundle(issued))
    const { exit, err } = await bench.run(`machine list --operator ${path}`)
    expect(exit).to.equal(0)
    expect(err).to.contain('expires in 5 days').and.contain('bootlatch-server add-operator')
    expect((await bench.run(`machine list --json --operator ${path}`)).err).to.equal('')
  })

  it('says where it comes from when it is missing', async () => {
    const { exit, err } = await bench.run('machine list --operator /nowhere/operator.json')
    expect(exit).to.equal(1)
    expect(err).to.contain('/nowhere/operator.json').and.contain('bootlatch-server').and.contain('BOOTLATCH_OPERATOR')
  })
})
