import type { Command } from 'commander'
import { serverStatus } from './answers.ts'
import { moment, momentAgo } from './moment.ts'
import { toned } from './page.ts'
import { online, type World } from './session.ts'

/** `bootlatch server …` */
export function addServerCommands(program: Command, world: World): void {
  const server = program.command('server').summary('how the policy server is')
  online(
    server.command('status').summary('version, addresses, what protects the keys, warnings'),
    world,
    async (session) => {
      const status = serverStatus(await session.ask('getServerStatus', {}))
      const now = world.nowMs()
      session.answer(status, (page) => {
        page.facts([
          ['Server', toned('strong', status.version), toned('dim', `  ${status.serverId ?? ''}`)],
          ['Started', ...momentAgo(status.started, now)],
          ['Main listener', status.mainAddress ?? toned('dim', 'none')],
          ['Join listener', status.joinAddress ?? toned('dim', 'none')],
          ['Certificate until', ...momentAgo(status.serverCertificateExpires, now)],
          ['Keys protected by', status.keyProvider],
          ['Machines', String(status.machines)],
          ['Held requests', status.held === 0 ? '0' : toned('warn', `${status.held}  bootlatch machine list`)],
          ['Decisions', String(status.decisions)],
        ])
        if (status.retiredResultKeys.length > 0)
          page.line().table(
            ['RESULT KEYS RETIRED', 'KEYS', 'WHY'],
            status.retiredResultKeys.map(({ retired, keys, reason }) => [moment(retired), String(keys), reason]),
          )
        for (const warning of status.warnings) page.line(toned('warn', 'Warning: '), warning)
      })
    },
  )
}
