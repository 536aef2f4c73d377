import type { Command } from 'commander'
import type { AdminClient } from '../core/rpc/index.ts'
import type { Exit } from './exit-code.ts'
import { Failure } from './failure.ts'
import { newBundle, operatorPath, readOperator, type Operator } from './operator.ts'
import { Page, toned, type Cell } from './page.ts'
import { printableJson } from './printable.ts'
import { withProgress } from './progress.ts'
import type { Question, Reply, Server, Stream, StreamQuestion } from './server.ts'
import type { Terminal } from './terminal.ts'

/** What a command sees of the world. */
export interface World {
  readonly terminal: Terminal
  readonly env: NodeJS.ProcessEnv
  readonly nowMs: () => number
  /** Text of standard input, to its end. */
  readonly readInput: () => Promise<string>
  readonly version: string
  /** Chooses the exit code of a command that did its work; without it that is `ok`. */
  readonly end: (exit: Exit) => void
}

/** The options of every command that asks the server. */
interface OnlineOptions {
  readonly operator?: string
  readonly json?: true
}

/** One command at work: a server to ask and a place to answer to. */
export class Session {
  readonly world: World
  readonly #server: Server
  readonly #json: boolean

  constructor(world: World, server: Server, json: boolean) {
    this.world = world
    this.#server = server
    this.#json = json
  }

  /** Asks the server, and says so on stderr if that takes long. */
  ask<Method extends keyof AdminClient>(method: Method, request: Question<Method>): Promise<Reply<Method>> {
    return withProgress(this.world.terminal, `asking ${this.#server.address}`, this.#server.ask(method, request))
  }

  /** Asks the server for a stream of answers. */
  stream<Method extends keyof AdminClient>(method: Method, request: StreamQuestion<Method>): Stream<Method> {
    return this.#server.stream(method, request)
  }

  /** The command's answer on stdout: as it is with `--json`, otherwise as `describe` tells it to a person. */
  answer(outside: unknown, describe: (page: Page) => unknown): void {
    const { out, outColours, columns } = this.world.terminal
    if (this.#json) {
      out(`${printableJson(outside, 2)}\n`)
      return
    }
    const page = new Page({ colours: outColours, columns })
    describe(page)
    out(page.text)
  }

  /** A line for a person beside the answer, on stderr; a program that reads `--json` is spared. */
  note(...cells: readonly Cell[]): void {
    if (!this.#json) this.#tell((page) => page.line(...cells))
  }

  /**
   * Goes on only if a person says yes, or said so before with `--yes`.
   * @throws Failure usage/confirmation where nobody can be asked, usage/declined at any other answer
   */
  async confirm(question: string, yes: true | undefined, describe: (page: Page) => unknown): Promise<void> {
    if (yes) return
    const { ask } = this.world.terminal
    if (ask === undefined) {
      throw new Failure('usage/confirmation', 'nobody can be asked here whether to go on', {
        exit: 'usage',
        advice: ['Add --yes if you mean it.'],
      })
    }
    this.#tell(describe)
    const answer = await ask(`${question} [y/N] `)
    if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('usage/declined', 'nothing was done')
  }

  /** Shows a person something beside the answer, on stderr; a program that reads `--json` is spared. */
  show(describe: (page: Page) => unknown): void {
    if (!this.#json) this.#tell(describe)
  }

  #tell(describe: (page: Page) => unknown): void {
    const { err, errColours, columns } = this.world.terminal
    const page = new Page({ colours: errColours, columns })
    describe(page)
    err(page.text)
  }
}

function remind(session: Session, operator: Operator): void {
  const days = operator.fewDaysLeft(session.world.nowMs())
  if (days === undefined) return
  session.note(toned('warn', 'Warning: '), `your operator certificate expires in ${days} days. ${newBundle}`)
}

type Work<Arguments, Options> = (session: Session, given: Arguments, options: Options) => Promise<void>

/** Makes a command that asks the server: adds its options, opens the session, closes it again. */
export function online<Arguments extends readonly unknown[], Options extends object>(
  command: Command,
  world: World,
  work: Work<Arguments, Options>,
): Command {
  return command
    .option('--operator <file>', 'operator bundle (default: $BOOTLATCH_OPERATOR, ~/.config/bootlatch/operator.json)')
    .option('--json', 'answer in JSON on stdout, errors in JSON on stderr')
    .action(async () => {
      const options = command.opts<Options & OnlineOptions>()
      const operator = await readOperator(operatorPath(options.operator, world.env), world.nowMs())
      const { Server } = await import('./server.ts')
      const server = new Server(operator)
      try {
        const session = new Session(world, server, options.json ?? false)
        await work(session, command.processedArgs as unknown as Arguments, options)
        remind(session, operator)
      } finally {
        server.close()
      }
    })
}
