import {
  strykerPlugins as mochaPlugins,
  createMochaTestRunner,
  type MochaTestRunner,
} from '@stryker-mutator/mocha-runner'

type DryRun = MochaTestRunner['dryRun']
type Completed = Extract<Awaited<ReturnType<DryRun>>, { mutantCoverage?: unknown }>
type Coverage = NonNullable<Completed['mutantCoverage']>

/** What is met while files load, less what tests meet as well. */
function metByNoTest({ static: met, perTest }: Coverage): Coverage['static'] {
  const tested = new Set(Object.values(perTest).flatMap((coverage) => Object.keys(coverage)))
  return Object.fromEntries(Object.entries(met).filter(([mutant]) => !tested.has(mutant)))
}

/**
 * Mocha in one process for all mutants. Stryker starts a new one, which loads all files again, for each mutant that is
 * met while files load and by tests; but it turns such a mutant on after loading, so that the new process is in vain.
 */
function createTestRunner(...inject: Parameters<typeof createMochaTestRunner>): MochaTestRunner {
  const runner = createMochaTestRunner(...inject)
  const dryRun: DryRun = runner.dryRun.bind(runner)
  runner.dryRun = async (options) => {
    const result = await dryRun(options)
    const coverage = 'mutantCoverage' in result ? result.mutantCoverage : undefined
    return coverage === undefined
      ? result
      : { ...result, mutantCoverage: { ...coverage, static: metByNoTest(coverage) } }
  }
  return runner
}
createTestRunner.inject = createMochaTestRunner.inject

export const strykerPlugins = mochaPlugins.map((plugin) => ({
  ...plugin,
  name: 'mocha-in-one-process',
  factory: createTestRunner,
}))
