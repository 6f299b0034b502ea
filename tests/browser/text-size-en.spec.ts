import { everyScreenFits } from './text-size';

everyScreenFits('en');
