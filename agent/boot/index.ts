export { type BootPlan, describedBoot, recordedBoot } from './boot-plan.ts'
export { type AtLocality, type MeasuredBoot, measureInto } from './measure.ts'
export { MeasureError, type MeasureProblem } from './measure-error.ts'
export { activeBanks, extendPcr, readPcrs } from './pcr-access.ts'
