// sallyport completion: a script for the shell, written from the tree of nouns and verbs.

import type { Command } from 'commander'
import { Problem } from '@sallyport/protocol'
import { gateVerbs } from './program.ts'
import { addVerb, type Desk } from './verb.ts'

interface Word {
  readonly name: string
  /** Verbs and flags that may follow. */
  readonly next: readonly string[]
}

export function addCompletionVerb(program: Command, desk: Desk): void {
  addVerb(program, desk, {
    usage: 'completion <shell>',
    summary: 'Print a completion script for bash, zsh or fish',
    example: 'source <(sallyport completion bash)',
    async run({ print }, [shell = '']) {
      const script = scripts.get(shell)
      if (script === undefined) {
        throw new Problem('invalid-request', `cannot complete in ${shell}: it is not known, want bash, zsh or fish`)
      }
      const text = script(wordsOf(program))
      print.result({ shell, script: text }, (out) => out.block(text))
      return 0
    },
  })
}

const scripts = new Map([
  ['bash', bash],
  ['zsh', (words: readonly Word[]) => `autoload -U +X bashcompinit && bashcompinit\n${bash(words)}`],
  ['fish', fish],
])

function wordsOf(program: Command): readonly Word[] {
  const flags = ({ options }: Command): string[] => options.map(({ long }) => long).filter((long) => long != null)
  const own: Word[] = []
  for (const noun of program.commands) {
    own.push({
      name: noun.name(),
      next: noun.commands.length > 0 ? noun.commands.map((verb) => verb.name()) : flags(noun),
    })
    for (const verb of noun.commands) {
      const below = verb.commands.map((one) => one.name())
      own.push({ name: `${noun.name()} ${verb.name()}`, next: [...below, ...flags(verb)] })
    }
  }
  const first = [...program.commands.map((noun) => noun.name()), ...gateVerbs.map(([name]) => name)]
  return [{ name: '', next: first }, ...own]
}

function bash(words: readonly Word[]): string {
  const cases = words.map(({ name, next }) => `    '${name}') words='${next.join(' ')}' ;;`).join('\n')
  return `_sallyport() {
  local words='' path='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) [ "$(wc -w <<<"$path")" -lt 2 ] && path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases}
    *) case "\${path%% *}" in
${words
  .filter(({ name, next }) => name !== '' && !name.includes(' ') && next.every((one) => one.startsWith('--')))
  .map(({ name, next }) => `      '${name}') words='${next.join(' ')}' ;;`)
  .join('\n')}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _sallyport sallyport
`
}

function fish(words: readonly Word[]): string {
  const lines: string[] = []
  for (const { name, next } of words) {
    const seen = name.split(' ').filter((word) => word !== '')
    const nouns = words.filter((word) => word.name !== '' && !word.name.includes(' ')).map((word) => word.name)
    const when =
      seen.length === 0
        ? `not __fish_seen_subcommand_from ${nouns.join(' ')}`
        : seen.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ')
    for (const word of next) {
      const flag = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`
      lines.push(`complete -c sallyport -n '${when}' ${flag}`)
    }
  }
  return `${lines.join('\n')}\n`
}
