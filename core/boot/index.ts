export { type BootDescription } from './boot-description.ts'
export { BootFileError } from './boot-file-error.ts'
export { BootDescriptionError, parseBootDescription } from './parse-description.ts'
export { type BootFiles, filesOfBoot, type NeededFile, planBoot } from './plan-boot.ts'
