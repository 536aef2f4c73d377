export { authorizeBoot, type AuthorizedBoot, type WantedBoot } from './authorize-boot.ts'
export { type BootTools } from './boot-tools.ts'
export { type SettledForUs } from './ask-to-start.ts'
