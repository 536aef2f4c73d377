import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import { Bench } from './bench.ts'

describe('bootlatch completion', () => {
  let bench: Bench
  let script: string
  before(async () => {
    bench = await Bench.create()
    script = (await bench.run('completion bash')).out
  })
  after(() => {
    bench.close()
  })

  /** What bash offers after these words, the last of them unfinished. */
  const offered = (...words: readonly string[]): readonly string[] => {
    const set = `COMP_WORDS=(bootlatch ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}`
    const program = `${script}\n${set}\n_bootlatch\nprintf '%s\\n' "\${COMPREPLY[@]}"`
    return execFileSync('bash', ['-c', program], { encoding: 'utf8' }).split('\n').filter(Boolean)
  }

  it('offers commands', () => {
    expect(offered('')).to.include.members(['server', 'machine', 'policy', 'decision', 'eventlog', 'measure'])
    expect(offered('ma')).to.deep.equal(['machine'])
  })

  it('offers subcommands', () => {
    expect(offered('machine', 'l')).to.deep.equal(['list', 'lock'])
  })

  it('offers options of a command, before and after its arguments', () => {
    expect(offered('machine', 'invite', '--g')).to.deep.equal(['--group'])
    expect(offered('machine', 'accept', 'web-1', '--d')).to.deep.equal(['--decision'])
  })

  it('leaves the names of machines and files to the shell', () => {
    expect(offered('machine', 'show', 'w')).to.deep.equal([])
  })

  it('knows bash and zsh', async () => {
    expect((await bench.run('completion zsh')).out)
      .to.contain('bashcompinit')
      .and.contain(script)
    expect((await bench.run('completion csh')).exit).to.equal(2)
  })
})
