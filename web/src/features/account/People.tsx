import { Badge, Button, Group, Skeleton, Stack, Switch, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { moment } from "@/shared/format";
import { FaultNote } from "@/shared/ui/FaultNote";
import { NewPerson } from "./NewPerson";
import { PersonDialog } from "./PersonDialog";
import { RoleSelect } from "./RoleSelect";
import { type Person, usePeople } from "./usePeople";

/** All accounts, for administrators. */
export function People({ mine }: { mine: string }) {
  const { t } = useTranslation("account");
  const people = usePeople();
  const [opened, setOpened] = useState<string | null>(null);
  const { data } = people.list;
  const error = people.list.error ?? people.changing.error ?? people.removing.error;
  const chosen = data?.find((person) => person.id === opened);
  const open = (id: string) => {
    people.changing.reset(); // earlier refusals do not concern the account opened now
    people.removing.reset();
    setOpened(id);
  };
  return (
    <Stack component="section" aria-label={t("people.title")}>
      <div>
        <Title order={2} size="h4">
          {t("people.title")}
        </Title>
        <Text size="sm" c="dimmed" maw={640}>
          {t("people.text")}
        </Text>
      </div>
      {error !== null && <FaultNote error={error} />}
      {data === undefined && !error && <Skeleton height={120} />}
      {data && (
        <Table.ScrollContainer minWidth={560}>
          <Table maw={820} aria-label={t("people.title")}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t("people.name")}</Table.Th>
                <Table.Th scope="col">{t("people.role")}</Table.Th>
                <Table.Th scope="col">{t("people.active")}</Table.Th>
                <Table.Th scope="col">{t("people.since")}</Table.Th>
                <Table.Td />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map((person) => (
                <Row
                  key={person.id}
                  person={person}
                  mine={person.id === mine}
                  change={(changes) => people.changing.mutate({ id: person.id, changes })}
                  open={() => open(person.id)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {chosen && (
        <PersonDialog person={chosen} mine={chosen.id === mine} people={people} close={() => setOpened(null)} />
      )}
      <NewPerson adding={people.adding} />
    </Stack>
  );
}

interface RowProps {
  person: Person;
  mine: boolean;
  change: (changes: Partial<Pick<Person, "role" | "disabled">>) => void;
  open: () => void;
}

function Row({ person, mine, change, open }: RowProps) {
  const { t } = useTranslation("account");
  const { name } = person;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        <Group gap="xs">
          {name}
          {mine && (
            <Badge variant="default" tt="none" fw={500}>
              {t("people.you")}
            </Badge>
          )}
        </Group>
      </Table.Th>
      <Table.Td>
        <RoleSelect
          label={t("people.roleOf", { name })}
          hidden
          value={person.role}
          disabled={mine}
          onChange={(role) => change({ role })}
        />
      </Table.Td>
      <Table.Td>
        <Switch
          aria-label={t("people.activeOf", { name })}
          checked={!person.disabled}
          disabled={mine}
          onChange={(event) => change({ disabled: !event.currentTarget.checked })}
        />
      </Table.Td>
      <Table.Td>{moment(person.created_at)}</Table.Td>
      <Table.Td ta="right">
        <Button size="compact-sm" variant="default" aria-label={t("people.changeOf", { name })} onClick={open}>
          {t("people.change")}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
