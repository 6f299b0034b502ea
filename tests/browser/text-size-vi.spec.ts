import { everyScreenFits } from './text-size';

everyScreenFits('vi');
