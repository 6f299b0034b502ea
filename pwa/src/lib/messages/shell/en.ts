import type { vi } from './vi';

export const en: typeof vi = {
  appName: 'Sổ Công đoàn',
  update: {
    ready: 'A new version is ready',
    apply: 'Update',
    later: 'Later',
  },
  error: {
    notFoundTitle: 'No such page',
    notFoundText: 'The address is wrong or the page has moved. Everything you wrote is still here.',
    brokenTitle: 'Something went wrong on this page',
    brokenText:
      'Everything saved on this phone is still here. Open the page again; if it fails again, send a screenshot to support.',
    reload: 'Open again',
    home: 'To the first page',
  },
};
