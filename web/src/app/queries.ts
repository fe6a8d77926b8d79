import { notifications } from "@mantine/notifications";
import { QueryClient } from "@tanstack/react-query";
import { Fault } from "@/shared/api/fault";
import { useJobs } from "@/shared/live/jobs";
import { useProjectNews } from "@/shared/live/projects";
import { keepForOne } from "@/shared/person";
import { whenSessionEnds } from "@/shared/session";
import { forgetDeeds } from "@/shared/undo";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // Retrying does not change a refusal; a failed connection or a server error may pass.
      retry: (count, error) => count < 3 && (!(error instanceof Fault) || error.status === 0 || error.status >= 500),
    },
  },
});

// A refusal for want of a session would put an error in the place of what the user sees again once they are back.
whenSessionEnds(() => {
  void queries.cancelQueries();
  notifications.cleanQueue();
  notifications.clean();
});

keepForOne(() => {
  queries.clear();
  useJobs.setState({ byId: {}, gone: new Set() });
  useProjectNews.setState({ versions: {} });
  forgetDeeds();
  notifications.cleanQueue();
  notifications.clean();
});
