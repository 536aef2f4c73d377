export { addVolume, type AddedVolume, type AddVolume } from './add-volume.ts'
export { type Unlocked, unlock, type UnlockRequest, type UnlockTools } from './unlock.ts'
export { CryptsetupError } from './cryptsetup.ts'
export { findVolume, mapperName, openVolume, VolumeError, type Volume } from './luks-volume.ts'
