-- Alerts mail the admins beside the owners, and fire again at every further step above their thresholds.
alter table alerts add column mails_admins boolean not null default false;
-- percent; null fires at the thresholds alone
alter table alerts add column recurring_step integer check (recurring_step between 10 and 1000);

-- What an organisation began with becomes what new ones begin with, as far as nobody chose otherwise; alerts that people
-- made tell whom they chose.
update alerts set mails_admins = mails_owners,
  recurring_step = case when thresholds = '{50,75,90,100}' then 25 end
from organisations
where organisations.id = organisation_id
  and (alerts.id = 'alr_' || substr(organisations.id, 5) or alerts.created_at = organisations.created_at);

alter table alerts alter column mails_admins set default true, alter column recurring_step set default 25;
