import { Argument, type Command } from 'commander'
import type { World } from './session.ts'

/** What may follow a command: its subcommands, else its options. */
function followers(command: Command): readonly string[] {
  const subcommands = command.commands.map((each) => each.name())
  return subcommands.length > 0
    ? subcommands
    : command.options.flatMap(({ long }) => (long === undefined ? [] : [long]))
}

/** One line of the shell's `case` for each command; the words before it are its pattern. */
function cases(command: Command, path: string): readonly string[] {
  const below = command.commands.flatMap((each) => cases(each, `${path} ${each.name()}`))
  const rest = command.commands.length > 0 ? '' : '*'
  return [...below, `    "${path}"${rest}) words="${followers(command).join(' ')}" ;;`]
}

const bash = (program: Command): string => `_bootlatch() {
  local path="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="$path $word" ;; esac
  done
  case "$path" in
${cases(program, '').join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _bootlatch bootlatch
`

const shells = {
  bash,
  zsh: (program: Command) =>
    `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bash(program)}`,
} as const

/** `bootlatch completion …` */
export function addCompletionCommand(program: Command, world: World): void {
  program
    .command('completion')
    .summary('print what lets a shell complete command lines')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(shells)))
    .addHelpText('after', '\nExample, in ~/.bashrc:\n  source <(bootlatch completion bash)')
    .action((shell: keyof typeof shells) => {
      world.terminal.out(shells[shell](program))
    })
}
