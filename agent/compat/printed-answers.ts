/** As swtpm spaces it: who asks may compare texts. */
const list = (items: readonly string[]): string => (items.length === 0 ? '[]' : `[ ${items.join(', ')} ]`)

/** What a program can, as `--print-capabilities` tells it. */
export function printedCapabilities(type: 'swtpm' | 'swtpm_setup', features: readonly string[]): string {
  return `{ "type": "${type}", "features": ${list(features.map((name) => `"${name}"`))}, "version": "0.7.1" }`
}

/** Which states there are, as `--print-states` tells it. */
export function printedStates(states: readonly { readonly name: string; readonly size: number }[]): string {
  const items = states.map(({ name, size }) => `{"name": "${name}", "size": ${size}}`)
  return `{ "type": "swtpm", "states": ${list(items)} }`
}
