/** What has to hold of the containers that the main job ran on. */
import { type LaunchReport } from '../launch-image/launch-config';

/** @param services each of which ran, was asked to end, and ended well */
export function findReportProblems(
  services: readonly string[],
  reports: readonly LaunchReport[],
): readonly string[] {
  return services.flatMap((service) => {
    const own = reports.filter(({ image }) => image === service);
    const ran = own.filter(({ args }) => args[0] === 'main.js');
    return [
      ...(ran.length === 1 ? [] : [`${service} ran ${ran.length} times`]),
      ...own
        .filter(({ code }) => code !== 0)
        .map(
          ({ args, code, signal }) =>
            `${service} ${args.join(' ')} ended with ${code ?? signal ?? 'nothing'}`,
        ),
      ...ran.filter(({ asked }) => asked !== 'SIGTERM').map(() => `${service} ended without being asked to`),
    ];
  });
}
