"""Numbers: one after another, no gap from a failed save, never twice."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from portal.models import Estimate, Organisation
from tests.factories import ContactFactory, line, make_document, make_estimate, make_invoice


@pytest.mark.django_db
def test_numbers_count_per_organisation_and_kind():
    contact = ContactFactory()

    numbers = [
        make_estimate(contact=contact).number,
        make_estimate(contact=contact).number,
        make_invoice(contact=contact).number,
        make_estimate().number,
    ]

    assert numbers == ["EST-000001", "EST-000002", "INV-000001", "EST-000001"]


@pytest.mark.django_db
def test_a_failed_save_gives_its_number_back():
    contact = ContactFactory()

    with transaction.atomic():
        make_estimate(contact=contact)
        transaction.set_rollback(True)

    assert make_estimate(contact=contact).number == "EST-000001"


def numbers_of_eight_at_once(contact, save):
    """Eight threads save at the same moment; the numbers that came of it."""
    start = threading.Barrier(8)

    def run():
        start.wait()
        try:
            save(contact)
        except IntegrityError:  # The unique number of the database, our last line.
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(Estimate.objects.values_list("number", flat=True))


ALL_EIGHT = [f"EST-{n:06d}" for n in range(1, 9)]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_eight_people_saving_at_once_get_eight_numbers_without_a_gap():
    contact = ContactFactory()
    contact.customer.organisation.refresh_from_db()

    numbers = numbers_of_eight_at_once(
        contact, lambda contact: make_document(Estimate, [line()], contact=contact)
    )

    assert numbers == ALL_EIGHT


@pytest.mark.slow
@pytest.mark.usefixtures("postgresql")
@pytest.mark.django_db(transaction=True)
def test_the_same_eight_without_the_guard_do_not():
    """What the harness is worth: a number read and then written is taken twice."""
    contact = ContactFactory()
    all_have_read = threading.Barrier(8)

    @transaction.atomic
    def save_unguarded(contact):
        organisation = Organisation.objects.get(pk=contact.customer.organisation_id)
        all_have_read.wait()
        taken = organisation.estimate_next_number
        Organisation.objects.filter(pk=organisation.pk).update(estimate_next_number=taken + 1)
        make_document(Estimate, [line()], contact=contact, number=f"EST-{taken:06d}")

    numbers = numbers_of_eight_at_once(contact, save_unguarded)

    assert numbers != ALL_EIGHT
