"""The database itself numbers, chains and hashes the entries, and refuses to change or forget one."""

from django.db import migrations

CHAIN = """
create function journal_chain_entry() returns trigger language plpgsql as $$
declare
    head journal_chainhead%rowtype;
begin
    insert into journal_chainhead (chain, seq, hash) values (new.chain, 0, ''::bytea) on conflict (chain) do nothing;
    select * into head from journal_chainhead where chain = new.chain for update;
    new.seq := head.seq + 1;
    new.prev_hash := head.hash;
    new.hash := sha256(convert_to(concat_ws(E'\\x1f',
        encode(new.prev_hash, 'hex'), new.chain, new.seq::text,
        to_char(new.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), new.code, coalesce(new.client_id::text, '-'),
        new.subject_kind, new.subject_id::text, new.actor_kind, coalesce(new.actor_id::text, '-'), new.request_id,
        new.facts::text), 'UTF8'));
    update journal_chainhead set seq = new.seq, hash = new.hash where chain = new.chain;
    return new;
end $$;

create trigger journal_chain before insert on journal_entry
    for each row execute function journal_chain_entry();

create function journal_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the journal is append-only' using errcode = 'restrict_violation';
end $$;

create trigger journal_append_only before update or delete on journal_entry
    for each row execute function journal_refuse_change();
create trigger journal_no_truncate before truncate on journal_entry
    for each statement execute function journal_refuse_change();

create function journal_head_only_forward() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.chain = old.chain and new.seq = old.seq + 1 then
        return new;
    end if;
    raise exception 'the journal is append-only' using errcode = 'restrict_violation';
end $$;

create trigger journal_head_forward before update or delete on journal_chainhead
    for each row execute function journal_head_only_forward();
"""

UNCHAIN = """
drop trigger journal_head_forward on journal_chainhead;
drop function journal_head_only_forward();
drop trigger journal_no_truncate on journal_entry;
drop trigger journal_append_only on journal_entry;
drop function journal_refuse_change();
drop trigger journal_chain on journal_entry;
drop function journal_chain_entry();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunSQL(CHAIN, UNCHAIN)]
