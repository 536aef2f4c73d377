import { z } from 'zod'

/** Longest list that a description may have; a boot has tens of anything. */
const maxItems = 64
const file = z.string().min(1).max(4096)
const commandLine = z
  .string()
  .max(4096)
  .regex(/^\P{Cc}*$/u, 'has control characters')
const grubDevice = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(?:,[a-z0-9]+)?$/u, 'is no device of GRUB')
const bootNumber = z.int().min(0).max(0xffff)

const secureBoot = z.strictObject({
  enabled: z.boolean(),
  PK: file.optional(),
  KEK: file.optional(),
  db: file.optional(),
  dbx: file.optional(),
  authorities: z.array(file).min(1).max(maxItems).optional(),
})

const firmware = z
  .strictObject({
    variables: file.optional(),
    version: z.string().max(256).optional(),
    blobs: z
      .array(z.strictObject({ file, base: z.int().min(0) }))
      .min(1)
      .max(maxItems)
      .optional(),
    secureBoot: secureBoot.optional(),
    bootOrder: z.array(bootNumber).min(1).max(maxItems).optional(),
    bootOptions: z
      .array(z.strictObject({ number: bootNumber, file }))
      .min(1)
      .max(maxItems)
      .optional(),
    disk: file.optional(),
  })
  .refine(
    ({ variables, secureBoot, bootOrder, bootOptions }) =>
      variables === undefined || [secureBoot, bootOrder, bootOptions].every((each) => each === undefined),
    'names variables and also what stands in them',
  )

const recordedFirmware = z.strictObject({ recorded: file })

const uki = z.strictObject({ image: file, path: z.string().max(256).optional(), commandLine: commandLine.optional() })

const kernel = z.strictObject({
  image: file,
  path: z.string().max(256).optional(),
  commandLine: commandLine.optional(),
  initrd: z.array(file).min(1).max(maxItems).optional(),
  qemu: z
    .strictObject({
      memoryMiB: z
        .int()
        .min(64)
        .max(1 << 24),
    })
    .optional(),
})

const systemdBoot = z.strictObject({
  image: file,
  path: z.string().max(256).optional(),
  configuration: file.optional(),
})

const shim = z.strictObject({ image: file, path: z.string().max(256).optional() })

/** GRUB has many files: modules' lists, fonts, configurations. */
const maxGrubFiles = 1024
const grub = z.strictObject({
  image: file,
  path: z.string().max(256).optional(),
  device: grubDevice.optional(),
  fileSystems: z
    .array(
      z.strictObject({ device: grubDevice, uuid: z.string().max(64).optional(), label: z.string().max(64).optional() }),
    )
    .min(1)
    .max(maxItems)
    .optional(),
  files: z
    .record(
      z
        .string()
        .max(1024)
        .regex(/^(?:\([a-z0-9,]+\))?\//u, 'is no file name of GRUB'),
      file,
    )
    .refine((files) => Object.keys(files).length <= maxGrubFiles, `names more than ${maxGrubFiles} files`),
})

/** The schema of a boot description; docs/boot-description.md explains each field. */
export const bootDescriptionSchema = z
  .strictObject({
    kind: z.literal('BootDescription'),
    firmware: z.union([recordedFirmware, firmware]).optional(),
    shim: shim.optional(),
    systemdBoot: systemdBoot.optional(),
    grub: grub.optional(),
    uki: uki.optional(),
    kernel: kernel.optional(),
  })
  .refine(
    ({ grub, uki, kernel }) => [grub, uki, kernel].filter((each) => each !== undefined).length === 1,
    'names not exactly one of grub, uki and kernel',
  )
  .refine(
    ({ systemdBoot, uki, kernel }) =>
      systemdBoot === undefined || uki !== undefined || (kernel !== undefined && kernel.qemu === undefined),
    'names systemdBoot without an image that it starts',
  )
  .refine(({ shim, grub }) => shim === undefined || grub !== undefined, 'names shim without grub')

/** What a machine starts, by the names of its files. */
export type BootDescription = z.infer<typeof bootDescriptionSchema>
