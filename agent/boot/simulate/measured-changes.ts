import { z } from 'zod'
import { bytes, change, eventOf, index, known, measured, pcr, type Change } from './change.ts'
import { digestsOf, withEvents } from './simulated-boot.ts'

const phase = z.enum(['enter-initrd', 'leave-initrd', 'sysinit', 'ready', 'shutdown', 'final'])

/** What can be changed of a boot that is measured: the machine really does something else, and its log says so. */
export const measuredChanges = {
  remove: change(z.array(index).min(1).describe('Nothing was measured there'), (boot, indices) =>
    withEvents(boot, (events) => {
      for (const at of indices) known(events, at)
      return events.filter((event) => !indices.includes(event.index))
    }),
  ),
  replace: change(
    z
      .strictObject({ event: index, measured: bytes, data: bytes.optional() })
      .describe('Something else was measured there'),
    (boot, given) =>
      withEvents(boot, (events) => {
        known(events, given.event)
        return events.map((event) =>
          event.index === given.event
            ? { ...event, digests: digestsOf(given.measured), untrustedData: given.data ?? event.untrustedData }
            : event,
        )
      }),
  ),
  insert: change(
    measured
      .extend({ before: index.optional().describe('At the end, if not given') })
      .describe('Something more was measured'),
    (boot, { before, ...given }) =>
      withEvents(boot, (events) => {
        const at = before === undefined ? events.length : events.indexOf(known(events, before))
        return [...events.slice(0, at), eventOf(given), ...events.slice(at)]
      }),
  ),
  swap: change(
    z.tuple([index, index]).describe('Two things were measured the other way round'),
    (boot, [left, right]) =>
      withEvents(boot, (events) => {
        const [one, other] = [known(events, left), known(events, right)]
        return events.map((event) => (event === one ? other : event === other ? one : event))
      }),
  ),
  repeat: change(index.describe('Something was measured twice'), (boot, at) =>
    withEvents(boot, (events) => {
      known(events, at)
      return events.flatMap((event) => (event.index === at ? [event, event] : [event]))
    }),
  ),
  move: change(
    z.strictObject({ event: index, pcr }).describe('Something was measured into another PCR'),
    (boot, given) =>
      withEvents(boot, (events) => {
        known(events, given.event)
        return events.map((event) => (event.index === given.event ? { ...event, pcr: given.pcr } : event))
      }),
  ),
  zero: change(z.array(pcr).min(1).describe('Nothing at all was measured into these PCRs'), (boot, pcrs) =>
    withEvents(boot, (events) => events.filter((event) => !pcrs.includes(event.pcr))),
  ),
  phases: change(z.array(phase).min(1).describe('systemd went through these phases'), (boot, phases) => ({
    ...boot,
    userspace: [
      ...boot.userspace,
      ...phases.map((name, at) => ({
        index: boot.userspace.length + at,
        pcr: 11,
        digests: digestsOf(new TextEncoder().encode(name)),
        untrustedContentType: 'systemd',
        untrustedContent: { string: name, eventType: 'phase' },
      })),
    ],
  })),
  userspace: change(
    z.strictObject({ pcr, measured: bytes }).describe('The running system measured something, and wrote it down'),
    (boot, given) => ({
      ...boot,
      userspace: [
        ...boot.userspace,
        {
          index: boot.userspace.length,
          pcr: given.pcr,
          digests: digestsOf(given.measured),
          untrustedContentType: 'systemd',
          untrustedContent: {},
        },
      ],
    }),
  ),
  unlogged: change(
    z.strictObject({ pcr, measured: bytes }).describe('Something was measured that stands in no log'),
    (boot, given) => ({
      ...boot,
      unlogged: [...boot.unlogged, { pcr: given.pcr, digests: digestsOf(given.measured) }],
    }),
  ),
} satisfies Record<string, Change>
