import { z } from 'zod'
import { parseUserspaceLog, writeUserspaceLog, type Event } from '../../../core/eventlog/index.ts'
import { ALG, digest } from '../../../core/tpm/index.ts'
import {
  bytes,
  bytesEdit,
  change,
  ChangeError,
  edited,
  eventOf,
  eventType,
  index,
  known,
  measured,
  pcr,
  type Change,
} from './change.ts'
import { inBanksOf, type SimulatedBoot } from './simulated-boot.ts'

/** What somebody makes of the logs on their way: the PCRs stay as they were measured. */
export const logChanges = {
  hide: change(z.array(index).min(1).describe('Entries are taken out of the log'), (boot, indices) =>
    forgingEvents(boot, (events) => {
      for (const at of indices) known(events, at)
      return events.filter((event) => !indices.includes(event.index))
    }),
  ),
  claim: change(
    measured.extend({ before: index.optional() }).describe('An entry is written that was not measured'),
    (boot, { before, ...given }) =>
      forgingEvents(boot, (events) => {
        const at = before === undefined ? events.length : events.indexOf(known(events, before))
        return [...events.slice(0, at), eventOf(given), ...events.slice(at)]
      }),
  ),
  relabel: change(
    z
      .strictObject({ event: index, type: eventType.optional(), pcr: pcr.optional(), data: bytes.optional() })
      .describe('An entry says something else of what was measured'),
    (boot, given) =>
      forgingEvents(boot, (events) => {
        known(events, given.event)
        return events.map((event) =>
          event.index === given.event
            ? {
                ...event,
                untrustedType: given.type ?? event.untrustedType,
                pcr: given.pcr ?? event.pcr,
                untrustedData: given.data ?? event.untrustedData,
              }
            : event,
        )
      }),
  ),
  reorderLog: change(z.tuple([index, index]).describe('Two entries are exchanged'), (boot, [left, right]) =>
    forgingEvents(boot, (events) => {
      const [one, other] = [known(events, left), known(events, right)]
      return events.map((event) => (event === one ? other : event === other ? one : event))
    }),
  ),
  dropBank: change(
    z.enum(['sha1', 'sha256', 'sha384', 'sha512']).describe('Entries lose their digests of a bank'),
    (boot, bank) =>
      forgingEvents(boot, (events) =>
        events.map((event) => ({
          ...event,
          digests: new Map([...event.digests].filter(([hash]) => hash !== ALG[bank])),
        })),
      ),
  ),
  userspaceDigest: change(
    z
      .strictObject({ record: z.int().min(0), bank: z.enum(['sha1', 'sha256', 'sha384', 'sha512']), of: bytes })
      .describe('A record of the userspace log has the digest of something else in one bank'),
    (boot, { record, bank, of }) => ({
      ...boot,
      forgeUserspace: (log) => {
        const records = parseUserspaceLog(boot.forgeUserspace(log))
        if (records[record] === undefined) throw new ChangeError(`the userspace log has no record ${record}`)
        const forged = records.map((one) =>
          one.index === record
            ? { ...one, digests: new Map([...one.digests, [ALG[bank], digest(ALG[bank], of)]]) }
            : one,
        )
        return writeUserspaceLog(forged)
      },
    }),
  ),
  log: change(bytesEdit('the event log'), (boot, given) => ({
    ...boot,
    forgeLog: (log) => edited(boot.forgeLog(log), given),
  })),
  userspaceLog: change(bytesEdit('the userspace log'), (boot, given) => ({
    ...boot,
    forgeUserspace: (log) => edited(boot.forgeUserspace(log), given),
  })),
} satisfies Record<string, Change>

function forgingEvents(boot: SimulatedBoot, edit: (events: readonly Event[]) => readonly Event[]): SimulatedBoot {
  return { ...boot, forgeEvents: (events) => inBanksOf(boot.log, edit(boot.forgeEvents(events))) }
}
