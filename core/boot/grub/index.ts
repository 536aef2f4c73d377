export { type GrubFileSystem } from './disk.ts'
export { grubEvents } from './grub-events.ts'
