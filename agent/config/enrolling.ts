import type { Folder } from './folder.ts'
import { MachineFolder, machineFile } from './machine-folder.ts'

const workFolder = 'enrolling'
const completeMark = 'complete'

/**
 * The machine that is being enrolled: it comes to be in a folder of its own, so that a machine that is enrolled anew keeps
 * its old identity until the new one is whole.
 */
export function machineBeingEnrolled(files: Folder): MachineFolder {
  return new MachineFolder(files.inner(workFolder))
}

/** Puts the enrolled machine in place. After a crash within, `settleEnrolment` ends what this began. */
export function completeEnrolment(files: Folder): void {
  files.inner(workFolder).replace(completeMark, new Uint8Array(0))
  settleEnrolment(files)
}

/** Ends an enrolment that was complete when the agent died; called before the folder is used. */
export function settleEnrolment(files: Folder): void {
  if (!files.has(`${workFolder}/${completeMark}`)) return
  const work = files.inner(workFolder)
  for (const name of Object.values(machineFile)) {
    if (work.has(name)) files.takeFrom(work, name)
  }
  files.removeInner(workFolder)
}

/** Forgets the machine that was being enrolled: the files of the old one, if any, stay. */
export function abandonEnrolment(files: Folder): void {
  files.removeInner(workFolder)
}
