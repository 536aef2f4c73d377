import { WireError } from '../../bytes/index.ts'

/** A file system that GRUB sees. */
export interface GrubFileSystem {
  /** As GRUB names it: `hd0,gpt1`. */
  readonly device: string
  readonly uuid: string | undefined
  readonly label: string | undefined
}

/** The files that GRUB can find; there are no others. */
export class GrubDisk {
  readonly #files: ReadonlyMap<string, Uint8Array>
  readonly fileSystems: readonly GrubFileSystem[]

  /** Names are `(hd0,gpt2)/path`, or `/path` for what lies on `device`. */
  constructor(device: string, files: ReadonlyMap<string, Uint8Array>, fileSystems: readonly GrubFileSystem[]) {
    this.#files = new Map([...files].map(([name, content]) => [absolute(name, device), content]))
    this.fileSystems = fileSystems
  }

  /** The content of a file, or undefined where there is none of this name. */
  read(path: string, root: string): Uint8Array | undefined {
    return this.#files.get(absolute(path, root))
  }

  isFolder(path: string, root: string): boolean {
    const folder = `${absolute(path, root).replace(/\/$/, '')}/`
    return [...this.#files.keys()].some((name) => name.startsWith(folder))
  }
}

function absolute(path: string, root: string): string {
  const [, device = root, name = ''] = /^(?:\(([^)]*)\))?(\/.*)$/.exec(path) ?? []
  if (name === '') throw new WireError(`${path} is no file name of GRUB`)
  return `(${device})${name.replaceAll(/\/+/g, '/')}`
}
