import fc from 'fast-check'

/** As many choices as the longest command takes. */
const stepBytes = 128

/** Sequences of commands, each as the choices that make it up. */
export const sequences = fc.array(fc.uint8Array({ maxLength: stepBytes, size: 'max' }), {
  minLength: 5,
  maxLength: 40,
  size: 'max',
})
