import { localDisk, type Disk } from '../../policy-server/data/disk.ts'

/** The machine lost power. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut'
}

/** How a power cut meets the step it strikes: before anything of it is done, in the middle, or right after it. */
export type Strike = 'before' | 'in' | 'after'

/** A disk that works until its n-th writing step, and never again. */
export function failingDisk(failAt: number, strike: Strike): Disk & { readonly steps: () => number } {
  let step = 0
  const run = (work: (how: Strike) => void): void => {
    step += 1
    if (step < failAt) {
      work('after')
      return
    }
    if (step === failAt && strike !== 'before') work(strike)
    throw new PowerCut()
  }
  return {
    steps: () => step,
    read: localDisk.read.bind(localDisk),
    write: (path, bytes, mode) => {
      run((how) => {
        localDisk.write(path, how === 'in' ? bytes.subarray(0, bytes.length / 2) : bytes, mode)
      })
    },
    rename: (from, to) => {
      run((how) => {
        if (how === 'after') localDisk.rename(from, to)
      })
    },
    syncFolder: (path) => {
      run(() => {
        localDisk.syncFolder(path)
      })
    },
  }
}
