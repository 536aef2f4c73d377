import { createHash } from 'node:crypto'
import { planBoot } from '../core/boot/index.ts'
import { digestAlgorithm, type EventLog, parseEventLog, replay, resetBank } from '../core/eventlog/index.ts'
import { peImage, ukiImage } from '../test/unit/core/boot/pe-builder.ts'
import { type BootName, recordedLog } from '../test/vectors/vectors.ts'
import { compare, print, type Table } from './rounds.ts'

const initrdBytes = 16 << 20

/** The extends of a log and nothing else. */
function bareExtends(log: EventLog): void {
  for (const { id, digestSize } of log.algorithms) {
    const { nodeName } = digestAlgorithm(id)!
    const bank = resetBank(digestSize)
    for (const { pcr, digests } of log.events) {
      bank.set(pcr, createHash(nodeName).update(bank.get(pcr)!).update(digests.get(id)!).digest())
    }
  }
}

/** Prints and returns what reading a boot costs beside the hashing that it consists of. */
export async function benchMeasure(): Promise<Table> {
  const logs = (['direct-kernel', 'uki-secureboot'] satisfies BootName[]).map((name) => {
    const bytes = recordedLog(name)
    const parsed = parseEventLog(bytes)
    return {
      name: `parse and replay, ${parsed.events.length} events`,
      ours: () => replay(parseEventLog(bytes)),
      theirs: () => {
        bareExtends(parsed)
      },
    }
  })
  const kernel = peImage({ sections: [{ name: '.text', content: 'kernel' }] })
  const image = ukiImage([
    { name: '.linux', content: kernel },
    { name: '.initrd', content: new Uint8Array(initrdBytes) },
  ])
  const files = new Map([['uki', image]])
  const sha256 = [{ id: 0x000b, digestSize: 32 }]
  const plan = {
    name: 'predict a UKI of 16 MiB',
    ours: () => planBoot({ kind: 'BootDescription', uki: { image: 'uki' } }, files, sha256),
    theirs: () => {
      // The image as a whole, its initrd as a section, and the initrd again as the kernel gets it.
      for (let i = 0; i < 3; i++) createHash('sha256').update(image).digest()
    },
  }
  const ratios = [await compare(logs[0]!, 200), await compare(logs[1]!, 200), await compare(plan, 10)]
  const table = { title: 'measuring: ours, bare hashing, ratio', ratios }
  print(table)
  return table
}
