export { DataFolderBusy, lockDataFolder } from './data-lock.ts'
export { localDisk, type Disk } from './disk.ts'
export { writeDurably } from './durable-file.ts'
