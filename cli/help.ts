import { Help, type HelpConfiguration } from 'commander'

const usual = new Help()

/** How help looks: descriptions flow to the terminal's width, and an option says whether it can be left out. */
export const helpFormat: HelpConfiguration = {
  sortSubcommands: false,
  showGlobalOptions: false,
  commandDescription: (command) => command.description().replaceAll(/\n(?=\S)/g, ' '),
  optionDescription: (option) => {
    const described = usual.optionDescription(option).replace(/ \(default: (?:""|0)\)$/, '')
    return option.mandatory ? `${described} (required)` : described
  },
}
